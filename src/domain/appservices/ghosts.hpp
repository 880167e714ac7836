// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Ghosts: the accounts that application services make and sign in within their namespaces.
//
// They have no password; what acts as them is the service's token, or a session that it opens.
//
// Concurrency: any scheduler.
// Failure:     ApiError: missing_token, unknown_token, exclusive, user_in_use, …; StorageError.
// Spec:        application-service, "Server admin style permissions"; MSC4190.

#include "domain/accounts/account_creation.hpp"
#include "domain/accounts/registration.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/accounts/sign_in.hpp"
#include "domain/appservices/registry.hpp"
#include "storage/accounts.hpp"

#include <optional>
#include <string>

namespace chancery::appservices {

class Ghosts {
 public:
  struct Ports {
    const Registry& registry;
    accounts::AccountCreation& creation;
    accounts::Sessions& sessions;
    storage::AccountStore& accounts;
  };
  explicit Ghosts(Ports ports) : ports_(ports) {}

  // Whether there is any service that might sign somebody in.
  [[nodiscard]] bool has_services() const { return !ports_.registry.is_empty(); }

  using Wanted = accounts::SignIn::Wanted;
  // `session` absent: not signed in.
  runtime::Task<accounts::Registered> register_user(std::string token, std::string username,
                                                    std::optional<Wanted> session);
  // `user` is a localpart or a whole id; absent: the service's sender.
  runtime::Task<accounts::SignIn::SignedIn> sign_in(std::string token,
                                                    std::optional<std::string> user, Wanted wanted);
  // Makes the senders that are not there yet.
  runtime::Task<> ensure_senders();

 private:
  [[nodiscard]] const Service& get_service(const std::string& token) const;

  Ports ports_;
};

}  // namespace chancery::appservices
