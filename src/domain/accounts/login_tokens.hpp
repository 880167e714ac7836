// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Login tokens: good for one sign-in, for a moment, wherever they are shown.
//
// Concurrency: any thread. In memory; bounded, the oldest go first.
// Spec: client-server, "m.login.token", "POST /login/get_token", "Client login via SSO".

#include "domain/accounts/expiring.hpp"
#include "domain/accounts/proofs.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/random.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace chancery::accounts {

class LoginTokens {
 public:
  // Which way it goes to who uses it.
  enum class Way : std::uint8_t {
    redirect,  // a browser carries it: at once
    person,    // it is scanned or typed
  };
  static constexpr base::Milliseconds kRedirectLifetime = std::chrono::seconds(10);
  static constexpr base::Milliseconds kPersonLifetime = std::chrono::minutes(2);
  static constexpr std::size_t kMost = 16'384;

  LoginTokens(runtime::Clock& clock, runtime::Random& random)
      : redirected_({.lifetime = kRedirectLifetime, .most = kMost}, clock),
        carried_({.lifetime = kPersonLifetime, .most = kMost}, clock),
        random_(random) {}

  // Whose a token is, and how they had shown it.
  struct Owner {
    protocol::UserId user;
    Proof proof;
  };
  [[nodiscard]] std::string issue(Owner owner, Way way);
  // Whose it is; it is of no use any more then.
  [[nodiscard]] std::optional<Owner> take(const std::string& token);

 private:
  Expiring<Owner> redirected_;
  Expiring<Owner> carried_;
  runtime::Random& random_;
};

}  // namespace chancery::accounts
