// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Refresh tokens: how this server's are spelt, of which sign-in one comes, and what follows it.
//
// What a refresh token is exchanged for is made of the token and of a key of this server. Whoever
// shows it twice is given the same: an answer that got lost can be given again, though only hashes
// are stored, and two that refresh at once by one token go on with one session. Who knows a token
// but not the key knows none that follow.

#include "runtime/random.hpp"

#include <string>
#include <string_view>

namespace chancery::accounts {

[[nodiscard]] bool may_be_refresh_token(std::string_view text);

// What all refresh tokens of one sign-in have in common; "" where `refresh_token` has no such part.
// Lifetime: part of `refresh_token`.
[[nodiscard]] std::string_view family_of(std::string_view refresh_token);
// By which stores know a family that is not "".
[[nodiscard]] std::string family_name(std::string_view family);

struct TokenPair {
  std::string access_token;
  std::string refresh_token;
};

// Of a new sign-in.
[[nodiscard]] TokenPair first_pair(runtime::Random& random);

class TokenSuccession {
 public:
  // Requires: `key` is 32 bytes, known to this server alone.
  explicit TokenSuccession(std::string key);

  // What `refresh_token` is exchanged for, now and ever.
  [[nodiscard]] TokenPair next(std::string_view refresh_token) const;

 private:
  [[nodiscard]] std::string made_of(std::string_view refresh_token, std::string_view what) const;

  std::string key_;
};

}  // namespace chancery::accounts
