// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moderation: what owners of the server do to other people's accounts, and who may do it to whom.
//
// The policy is asked before anything is looked up, so that nobody learns who there is.
//
// Concurrency: any scheduler.
// Failure:     ApiError forbidden, invalid_param (not of this server), not_found (no such account,
//              or one that has ended); StorageError.
// Spec:        client-server, "Server administration"; docs/decisions/0030-who-acts-on-whom.md.

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/session.hpp"
#include "runtime/clock.hpp"

namespace chancery::accounts {

class Moderation {
 public:
  Moderation(Accounts& accounts, runtime::Clock& clock, protocol::ServerName server)
      : accounts_(accounts), clock_(clock), server_(std::move(server)) {}

  // The account, for an owner who looks at it; one that has ended, too.
  runtime::Task<storage::StoredAccount> look_at(Session by, protocol::UserId user);
  // The account, for an owner who acts against it.
  runtime::Task<storage::StoredAccount> act_against(Session by, protocol::UserId user);
  // The same, where owners may do it to themselves as well.
  runtime::Task<storage::StoredAccount> act_on(Session by, protocol::UserId user);
  // The same for a thing of theirs. What the server keeps for itself is no account's, and every
  // owner may take it.
  runtime::Task<> act_on_thing_of(Session by, protocol::UserId user);

  runtime::Task<storage::AccountStanding> standing_of(Session by, protocol::UserId user);
  runtime::Task<> set_suspended(Session by, protocol::UserId user, Accounts::Suspended suspended);
  runtime::Task<> set_locked(Session by, protocol::UserId user, Accounts::Locked locked);

 private:
  void require_owner(const Session& by, const protocol::UserId& object) const;

  Accounts& accounts_;
  runtime::Clock& clock_;
  protocol::ServerName server_;
};

}  // namespace chancery::accounts
