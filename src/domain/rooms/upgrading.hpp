// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The upgrade of a room: a new room of another version takes the old one's place.
//
// The new room with what the old one was like, the tombstone in the old one, and the aliases that
// move are stored together or not at all. Who asks for the same once more in the same moment, as by
// an impatient double click, is given the room that was just made; later it is another upgrade.
//
// Failure: ApiError.
// Spec:    client-server, "Room Upgrades".

#include "domain/rooms/creation.hpp"

#include <chrono>
#include <optional>
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
  static constexpr base::Milliseconds kSameMoment = std::chrono::seconds(10);

  Upgrading(WritePorts ports, Creation& creation, storage::ProfileStore& profiles,
            storage::DirectoryStore& directory)
      : ports_(std::move(ports)), creation_(creation), profiles_(profiles), directory_(directory) {}

  // The new room's id.
  runtime::Task<protocol::RoomId> upgrade(Actor actor, UpgradeRequest request);

 private:
  struct Plan;
  // The room that took this one's place in the moment of `asked_at`, where it is what `request`
  // asks for. Requires: the caller is inside `old`. Throws M_FORBIDDEN where the actor may not
  // upgrade it.
  runtime::Task<std::optional<protocol::RoomId>> find_just_made(const Actor& actor, RoomPtr old,
                                                                const UpgradeRequest& request,
                                                                base::Timestamp asked_at);
  // Whether `made` was made for `old` as it is asked for.
  static bool is_asked_for(const Room& made, const Room& old, const UpgradeRequest& request);
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
