// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Access tokens: how this server's are spelt, and what is kept of one that somebody shows.
//
// A token is hashed once, where it comes in. Whoever is asked about it is given the hash.

#include "base/digest.hpp"

#include <cstddef>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

namespace chancery::accounts {

// So that secret scanners know our tokens when they see them.
inline constexpr std::string_view kAccessTokenPrefix = "chy_";
// Of the random bytes behind it, as base64url.
inline constexpr std::size_t kEncodedTokenBytes = 43;

// Whether it is spelt as the access tokens that this server gives to people.
[[nodiscard]] bool may_be_access_token(std::string_view text);

// The SHA-256 of a token, by which stores and tables know it.
class TokenHash {
 public:
  explicit TokenHash(std::string_view token) : bytes_(base::sha256_digest(token)) {}

  // 32 bytes, as they are stored.
  [[nodiscard]] std::string text() const { return {bytes_.begin(), bytes_.end()}; }
  [[nodiscard]] const base::Sha256Digest& bytes() const { return bytes_; }

  friend bool operator==(const TokenHash& left, const TokenHash& right) = default;

 private:
  base::Sha256Digest bytes_;
};

// What is known of a token that somebody shows; its text goes no further.
struct ShownToken {
  explicit ShownToken(std::string_view text)
      : hash(text), is_spelt_as_ours(may_be_access_token(text)) {}

  TokenHash hash;
  bool is_spelt_as_ours;  // of another no person's session is
};

}  // namespace chancery::accounts

// Eight bytes of it: those of a SHA-256 are as evenly spread as any hash of them would be. Whoever
// looks for tokens that fall together gains nothing: only tokens that were given are put in tables.
template <>
struct std::hash<chancery::accounts::TokenHash> {
  std::size_t operator()(const chancery::accounts::TokenHash& hash) const noexcept {
    std::size_t head = 0;
    static_assert(sizeof head <= chancery::base::kSha256Bytes);
    std::memcpy(&head, hash.bytes().data(), sizeof head);
    return head;
  }
};
