// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Login tokens: good for one sign-in, for a moment, wherever they are shown.
//
// Each stands on record before it is given, and so does what was shown for one and is none.
//
// Concurrency: any thread. In memory; bounded, the oldest go first.
// Failure:     StorageError: nothing was given.
// Spec:        client-server, "m.login.token", "POST /login/get_token", "Client login via SSO".

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/expiring.hpp"
#include "domain/accounts/proofs.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/random.hpp"

#include <optional>
#include <string>

namespace chancery::accounts {

class LoginTokens {
 public:
  // Of one that a redirect carries, and of one that is scanned or typed.
  static constexpr base::Milliseconds kRedirectLifetime = std::chrono::seconds(10);
  static constexpr base::Milliseconds kPersonLifetime = std::chrono::minutes(2);
  static constexpr std::size_t kMost = 16'384;

  LoginTokens(AuditedCommits& commits, runtime::Clock& clock, runtime::Random& random)
      : commits_(commits),
        redirected_({.lifetime = kRedirectLifetime, .most = kMost}, clock),
        carried_({.lifetime = kPersonLifetime, .most = kMost}, clock),
        random_(random) {}

  // Whose a token is, and how they had shown it.
  struct Owner {
    protocol::UserId user;
    Proof proof;
  };
  // Who gets it: the device of theirs that asks, or the origin to which a redirect carries it.
  struct Asker {
    std::string device;
    std::string origin;
  };
  // One that a redirect carries where `asker` has an origin, else one that a person does.
  runtime::Task<std::string> issue(Owner owner, Asker asker);
  // Whose it is, shown from `address`; it is of no use any more then. Absent when it is none.
  runtime::Task<std::optional<Owner>> take(std::string token, std::string address);

 private:
  AuditedCommits& commits_;
  Expiring<Owner> redirected_;
  Expiring<Owner> carried_;
  runtime::Random& random_;
};

}  // namespace chancery::accounts
