// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The room modules, put together: writing into rooms, and what accounts ask of rooms.

#include "domain/accounts/joined_rooms.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/creation.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/sending.hpp"
#include "server/stores.hpp"

namespace chancery::server {

// The rooms that a person is in, as accounts may touch them.
class RoomsOfPeople final : public accounts::JoinedRooms {
 public:
  RoomsOfPeople(rooms::Rooms& rooms, rooms::MemberActs& acts) : rooms_(rooms), acts_(acts) {}

  runtime::Task<> show_profile(protocol::UserId user, accounts::MemberProfile profile) override;
  runtime::Task<> leave_all(protocol::UserId user) override;
  runtime::Task<bool> may_find(protocol::UserId searcher, protocol::UserId found) override;

 private:
  rooms::Rooms& rooms_;
  rooms::MemberActs& acts_;
};

struct RoomModules {
  struct Ports {
    rooms::Rooms& rooms;
    runtime::Clock& clock;
    runtime::Random& random;
    protocol::ServerName server;
  };
  RoomModules(Stores& stores, const Config& config, const Ports& ports);

  rooms::WritePorts write_ports;
  rooms::Aliases aliases;
  rooms::Sending sending;
  rooms::MemberActs member_acts;
  rooms::Creation creation;
  RoomsOfPeople of_people;
};

}  // namespace chancery::server
