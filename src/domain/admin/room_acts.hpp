// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an owner of the server does in rooms that they need not be in: gives somebody power there,
// brings somebody in.
//
// Nothing gets around the room's own rules: it is done by a member of ours who may do it, on the
// owner's behalf, and the record names the owner.
//
// Concurrency: any scheduler.
// Failure:     ApiError; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/moderation.hpp"
#include "domain/accounts/session.hpp"
#include "domain/admin/acting.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/sending.hpp"

namespace chancery::admin {

class RoomActs {
 public:
  struct Ports {
    rooms::Rooms& rooms;
    rooms::MemberActs& members;
    rooms::Sending& sending;
    accounts::Accounts& accounts;
    accounts::Moderation& moderation;
    accounts::AuditedCommits& commits;
  };
  RoomActs(Ports ports, protocol::ServerName server) : ports_(ports), server_(std::move(server)) {}

  // Gives `user` as much power as the most powerful member of ours has who may act, and invites
  // them where the room is not open to all. M_FORBIDDEN when nobody of ours may.
  runtime::Task<> grant_power(accounts::Session by, protocol::RoomId room, protocol::UserId user);
  // `user`, of this server, joins: by themself where the room is open or they are invited, else
  // invited by the owner, who then must be in the room and have the power.
  runtime::Task<> bring_in(accounts::Session by, protocol::RoomId room, protocol::UserId user);

 private:
  // By whom power is given, and how much.
  runtime::Task<PowerfulMember> find_granter(rooms::RoomPtr room);

  Ports ports_;
  protocol::ServerName server_;
};

}  // namespace chancery::admin
