// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The upgrade of a room: a new room of another version takes the old one's place.
//
// The new room with what the old one was like, the tombstone in the old one, and the aliases that
// move are stored together or not at all.
//
// Failure: ApiError.
// Spec:    client-server, "Room Upgrades".

#include "domain/rooms/creation.hpp"

#include <string>
#include <vector>

namespace chancery::rooms {

struct UpgradeRequest {
  protocol::RoomId room;
  std::string version;
  std::vector<protocol::UserId> additional_creators;  // version 12 and later
};

class Upgrading {
 public:
  Upgrading(WritePorts ports, Creation& creation, storage::ProfileStore& profiles,
            storage::DirectoryStore& directory)
      : ports_(std::move(ports)), creation_(creation), profiles_(profiles), directory_(directory) {}

  // The new room's id.
  runtime::Task<protocol::RoomId> upgrade(Actor actor, UpgradeRequest request);

 private:
  struct Plan;
  runtime::Task<> bury(Composition& old, const Plan& plan, const protocol::RoomId& replacement);
  runtime::Task<> begin_new(Composition& made, const Plan& plan, base::JsonObject predecessor);
  runtime::Task<> copy_state(Composition& made, const Plan& plan);
  runtime::Task<> copy_bans(Composition& made, const Plan& plan);
  runtime::Task<> move_aliases(Composition& made, const Plan& plan);
  runtime::Task<> quieten(Composition& old, const Plan& plan);

  WritePorts ports_;
  Creation& creation_;
  storage::ProfileStore& profiles_;
  storage::DirectoryStore& directory_;
};

}  // namespace chancery::rooms
