// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Base64 and hexadecimal text of bytes.
//
// Bytes are held in std::string and seen through std::string_view everywhere in Chancery.
// Spec: RFC 4648; Matrix appendices, "Unpadded Base64".

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::base {

// The alphabet with '+' and '/', without padding.
[[nodiscard]] std::string encode_base64(std::string_view bytes);
// The alphabet with '-' and '_', without padding.
[[nodiscard]] std::string encode_base64url(std::string_view bytes);
[[nodiscard]] std::string encode_hex(std::string_view bytes);

// Absent when `text` is not of the alphabet; padding at the end is accepted. Takes both alphabets.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);
// Absent when `text` has an odd length or a character that is no hexadecimal digit.
[[nodiscard]] std::optional<std::string> decode_hex(std::string_view text);

}  // namespace chancery::base
