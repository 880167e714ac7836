// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A new account: everything that is known of it before it is made.

#include "domain/accounts/sessions.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/identifiers.hpp"
#include "storage/commit/change.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::accounts {

struct NewAccount {
  protocol::UserId user;
  std::string password;  // "": no password signs in
  policy::Role role = policy::Role::user;
  std::optional<std::string> displayname;
  std::optional<SessionRequest> session;  // absent: not signed in at once
  // What the account rests on: a token to be counted, a link to be used up.
  std::vector<storage::Precondition> preconditions;
  std::vector<storage::Mutation> mutations;
  std::string rule;  // how they got in, for the audit record: "open", "token", "shared_secret", …
  std::string service;  // the application service that makes it; "": none
  // Who makes it, where it is not whose it is: an owner's id, or "server".
  std::string by = {};
};

}  // namespace chancery::accounts
