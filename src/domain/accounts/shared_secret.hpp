// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Shared-secret registration: accounts for whoever knows the secret in the configuration.
//
// The secret is never sent: a nonce is asked for, and the request carries an HMAC-SHA1 over it and
// what is asked for. A nonce serves once, for a minute.
//
// Concurrency: any thread. Nonces are bounded: the oldest go first.

#include "domain/accounts/account_creation.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace chancery::accounts {

class SharedSecret {
 public:
  static constexpr base::Milliseconds kNonceLifetime = std::chrono::seconds(60);
  static constexpr std::size_t kMostNonces = 1'024;

  // An empty `secret` switches it off.
  SharedSecret(std::string secret, AccountCreation& creation, runtime::Clock& clock,
               runtime::Random& random)
      : secret_(std::move(secret)), creation_(creation), clock_(clock), random_(random) {}

  [[nodiscard]] bool is_enabled() const { return !secret_.empty(); }
  [[nodiscard]] std::string make_nonce();

  struct Request {
    std::string nonce;
    std::string username;
    std::string password;
    std::optional<std::string> displayname;
    std::optional<std::string> user_type;  // part of what the HMAC covers; nothing else
    enum class Admin : std::uint8_t { no, yes } admin = Admin::no;
    std::string mac;  // hexadecimal
    std::optional<SessionRequest::Refresh> sign_in = SessionRequest::Refresh::no;
  };
  struct Made {
    protocol::UserId user;
    std::optional<NewSession> session;
  };
  // Throws ApiError forbidden for a wrong HMAC, unknown for a nonce that is not (any more) good.
  runtime::Task<Made> register_account(Request request);

 private:
  struct Nonce {
    std::string text;
    runtime::SteadyTime expires_at;
  };
  // True once for each nonce.
  [[nodiscard]] bool take(const std::string& nonce);

  std::string secret_;
  AccountCreation& creation_;
  runtime::Clock& clock_;
  runtime::Random& random_;
  std::mutex mutex_;
  std::deque<Nonce> nonces_;
};

}  // namespace chancery::accounts
