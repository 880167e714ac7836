// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Authenticated encryption of short secrets: AES-256-GCM with a random nonce in front.
//
// Spec: NIST SP 800-38D.
// Concurrency: any thread.

#include <optional>
#include <string>
#include <string_view>

namespace chancery::base {

// nonce (12 bytes), ciphertext, tag (16 bytes). `key` is 32 bytes, `nonce` 12 and never twice
// under one key.
[[nodiscard]] std::string seal(std::string_view key, std::string_view nonce,
                               std::string_view bound_to, std::string_view secret);
// Absent when `sealed` was not made by this key for this `bound_to`.
[[nodiscard]] std::optional<std::string> open_sealed(std::string_view key,
                                                     std::string_view bound_to,
                                                     std::string_view sealed);

}  // namespace chancery::base
