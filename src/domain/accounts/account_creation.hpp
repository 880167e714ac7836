// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Account creation: the one way to a new account, whoever asked for it.
//
// Concurrency: any scheduler. Two who ask for one name at once: one gets it.
// Failure:     ApiError user_in_use, invalid_username; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/passwords.hpp"
#include "domain/accounts/reserved_names.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/policy/policy.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "storage/accounts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::accounts {

struct NewAccount;  // domain/accounts/new_account.hpp

class AccountCreation {
 public:
  AccountCreation(storage::AccountStore& store, AuditedCommits& commits, Passwords& passwords,
                  Sessions& sessions, runtime::Clock& clock, runtime::Random& random,
                  protocol::ServerName server, const ReservedNames* reserved = nullptr)
      : store_(store),
        commits_(commits),
        passwords_(passwords),
        sessions_(sessions),
        clock_(clock),
        random_(random),
        server_(std::move(server)),
        reserved_(reserved) {}

  // The user id that `username` (a localpart or a whole id of this server, capitals are lowered)
  // asks for. Throws ApiError invalid_username.
  [[nodiscard]] protocol::UserId parse_username(std::string_view username) const;
  // For a person. Throws ApiError user_in_use, exclusive.
  runtime::Task<> require_free(protocol::UserId user);
  // A name that nobody has.
  [[nodiscard]] protocol::UserId generate_name(std::string_view prefix);

  // Throws StorageConflict when one of the preconditions given does not hold.
  runtime::Task<std::optional<NewSession>> create(NewAccount account);

  // Makes a guest a person, who stays in their rooms: by password, role user, session and what else
  // the account rests on. Throws ApiError forbidden when it is no guest's, or not any more.
  runtime::Task<std::optional<NewSession>> upgrade_guest(NewAccount account);

  [[nodiscard]] const protocol::ServerName& server() const { return server_; }

 private:
  void require_unreserved(const protocol::UserId& user, std::string_view service) const;

  storage::AccountStore& store_;
  AuditedCommits& commits_;
  Passwords& passwords_;
  Sessions& sessions_;
  runtime::Clock& clock_;
  runtime::Random& random_;
  protocol::ServerName server_;
  const ReservedNames* reserved_;  // null: nothing is
};

}  // namespace chancery::accounts
