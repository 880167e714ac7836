// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Upgraded rooms: takes what a person has set for a room along to the room that replaced it, when
// they come into that: push rules about it, tags, and that it is a direct chat.
//
// What they have set for the new room already stays as it is.
//
// Concurrency: any scheduler.
// Spec: client-server, "Room Upgrades", server behaviour: what is transferred for the user.

#include "domain/accounts/account_data.hpp"
#include "domain/accounts/session.hpp"
#include "domain/push/push_rules.hpp"
#include "domain/rooms/rooms.hpp"
#include "runtime/task.hpp"

#include <optional>

namespace chancery::push {

class UpgradedRooms {
 public:
  struct Ports {
    rooms::Rooms& rooms;
    PushRules& rules;
    accounts::AccountData& account_data;
  };
  explicit UpgradedRooms(Ports ports) : ports_(ports) {}

  // After the person has come into `made`, or made it. Nothing happens where it replaces no room
  // that they were in. Never fails for what the settings are: they are no reason to stay outside.
  runtime::Task<> follow(accounts::Session session, protocol::RoomId made);

 private:
  runtime::Task<std::optional<PushRules::Successor>> find_predecessor(protocol::UserId user,
                                                                      protocol::RoomId made);
  runtime::Task<> carry_tags(accounts::Session session, PushRules::Successor rooms);
  runtime::Task<> carry_direct(accounts::Session session, PushRules::Successor rooms);

  Ports ports_;
};

}  // namespace chancery::push
