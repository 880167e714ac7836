// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Interest: which events and rooms concern one application service.
//
// It follows the service's users in and out of rooms event by event, so that what they saw before
// they left is told although they are out by the time it is told.
//
// Concurrency: one task.
// Spec:        application-service, "Registration": namespaces.

#include "domain/appservices/registry.hpp"
#include "domain/appservices/signals.hpp"
#include "domain/rooms/rooms.hpp"
#include "storage/room_directory.hpp"

#include <unordered_map>
#include <unordered_set>

namespace chancery::appservices {

class Interest {
 public:
  static constexpr std::size_t kMostRooms = 50'000;  // in memory

  struct Ports {
    rooms::Rooms& rooms;
    storage::DirectoryStore& directory;
  };
  Interest(const Service& service, const Signals& signals, Ports ports)
      : service_(service), signals_(signals), ports_(ports) {}

  // Requires: events come in the order of their positions.
  runtime::Task<bool> wants(rooms::CachedEventPtr event);
  runtime::Task<bool> wants(storage::RoomNumber room);
  // Whether one of its users is in the room.
  runtime::Task<bool> is_inside(storage::RoomNumber room);

 private:
  struct OfRoom {
    std::unordered_set<protocol::UserId> members;  // its users that are joined
    bool named = false;                            // the room's id or an alias is in a namespace
  };
  runtime::Task<OfRoom*> load(storage::RoomNumber room);
  runtime::Task<bool> is_named(storage::RoomNumber room);

  const Service& service_;
  const Signals& signals_;
  Ports ports_;
  std::uint64_t aliases_seen_ = 0;
  std::unordered_map<storage::RoomNumber, OfRoom> rooms_;
};

}  // namespace chancery::appservices
