// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// OpenID tokens: short-lived proof for other services of who somebody is.
//
// Concurrency: any thread. In memory; bounded, the oldest go first: of one person when it is they
// who
//              ask for many.

#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace chancery::accounts {

class OpenIdTokens {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::hours(1);
  static constexpr std::size_t kMost = 16'384;
  static constexpr std::size_t kMostOfOne = 64;

  OpenIdTokens(runtime::Clock& clock, runtime::Random& random) : clock_(clock), random_(random) {}

  [[nodiscard]] std::string issue(const protocol::UserId& user);
  // Whose token it is; absent when it is unknown or has expired.
  [[nodiscard]] std::optional<protocol::UserId> find_owner(const std::string& token) const;

 private:
  struct Token {
    protocol::UserId user;
    runtime::SteadyTime expires_at;
  };
  // With the mutex held. Requires: it is there.
  void drop(const std::string& hash);

  runtime::Clock& clock_;
  runtime::Random& random_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Token> by_hash_;
  // Hashes, the oldest first.
  std::deque<std::string> by_age_;
  std::unordered_map<protocol::UserId, std::deque<std::string>> of_;
};

}  // namespace chancery::accounts
