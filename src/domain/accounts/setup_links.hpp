// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Set-up links: the one-time token by which the first owner makes their account.
//
// Made at the first start and by the command line; kept as a hash, with an expiry; used up by the
// first who uses it, and all others with it.
//
// Concurrency: any scheduler.

#include "domain/accounts/account_creation.hpp"
#include "storage/registration.hpp"

#include <string>

namespace chancery::accounts {

class SetupLinks {
 public:
  static constexpr base::Milliseconds kLifetime = std::chrono::hours(24);

  SetupLinks(storage::RegistrationStore& store, AuditedCommits& commits, AccountCreation& creation,
             Passwords& passwords, runtime::Clock& clock, runtime::Random& random)
      : store_(store),
        commits_(commits),
        creation_(creation),
        passwords_(passwords),
        clock_(clock),
        random_(random) {}

  // The token that the link carries.
  runtime::Task<std::string> create();
  runtime::Task<bool> is_valid(std::string token);
  // Throws ApiError forbidden when it is not.
  runtime::Task<> require_valid(std::string token);
  // Makes the owner and signs them in. Throws ApiError forbidden when the link is not good (any
  // more).
  struct Owner {
    protocol::UserId user;
    NewSession session;
  };
  runtime::Task<Owner> consume(std::string token, std::string username, std::string password);

 private:
  storage::RegistrationStore& store_;
  AuditedCommits& commits_;
  AccountCreation& creation_;
  Passwords& passwords_;
  runtime::Clock& clock_;
  runtime::Random& random_;
};

}  // namespace chancery::accounts
