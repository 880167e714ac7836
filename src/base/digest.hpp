// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// SHA-256, HMAC and HKDF of bytes, and comparison that takes the same time whatever differs.
//
// Spec: FIPS 180-4, RFC 2104, RFC 5869.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace chancery::base {

inline constexpr std::size_t kSha256Bytes = 32;
using Sha256Digest = std::array<char, kSha256Bytes>;

// 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);
// The same as a value of its own, for what is hashed at every request.
[[nodiscard]] Sha256Digest sha256_digest(std::string_view bytes);
// 32 bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view bytes);
// 20 bytes. COMPAT: the shared-secret registration of Synapse's tools speaks SHA-1.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view bytes);
// `length` bytes (at most 8,160) derived by HKDF-SHA256.
[[nodiscard]] std::string hkdf_sha256(std::string_view key, std::string_view salt,
                                      std::string_view purpose, std::size_t length);
// Equality in time that depends on the lengths alone. For every secret.
[[nodiscard]] bool equal_secrets(std::string_view left, std::string_view right);

// SHA-256 of a stream: add pieces, then finish once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  void add(std::string_view bytes);
  [[nodiscard]] std::string finish();

 private:
  void* context_;
};

}  // namespace chancery::base
