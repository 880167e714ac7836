// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Aliases: the names of rooms, and the rooms of names.
//
// Failure: ApiError.
// Spec:    client-server, "Room aliases".

#include "domain/rooms/actor.hpp"
#include "domain/rooms/write_ports.hpp"
#include "storage/room_directory.hpp"

#include <vector>

namespace chancery::rooms {

// M_EXCLUSIVE where the alias is another's to make and remove.
void require_usable(const WritePorts& ports, const Actor& actor, const protocol::RoomAlias& alias);

class Aliases {
 public:
  Aliases(WritePorts ports, storage::DirectoryStore& store)
      : ports_(std::move(ports)), store_(store) {}

  // Absent when there is no such alias.
  runtime::Task<std::optional<storage::StoredAlias>> find(protocol::RoomAlias alias);
  // Asks the owner of an alias that is not there. M_NOT_FOUND.
  runtime::Task<protocol::RoomId> get_room_id(protocol::RoomAlias alias);
  runtime::Task<std::vector<protocol::RoomAlias>> load(storage::RoomNumber room);
  // For members, and for everyone where the history is world readable.
  runtime::Task<std::vector<protocol::RoomAlias>> list(Actor actor, protocol::RoomId room);
  // 409 M_UNKNOWN when it is taken.
  runtime::Task<> create(Actor actor, protocol::RoomAlias alias, protocol::RoomId room);
  // By its creator, by who may set the canonical alias, or by an administrator. Takes it out of
  // the room's canonical alias event too.
  runtime::Task<> remove(Actor actor, protocol::RoomAlias alias);

  // Throws M_BAD_ALIAS or M_INVALID_PARAM unless each alias that `content` of
  // m.room.canonical_alias names beyond `before` is an alias of that room.
  runtime::Task<> check_canonical(storage::RoomNumber room, const base::JsonObject& content,
                                  const base::JsonObject* before);
  [[nodiscard]] bool is_ours(const protocol::RoomAlias& alias) const;

 private:
  runtime::Task<bool> may_remove(const Actor& actor, const storage::StoredAlias& alias);
  runtime::Task<> forget_canonical(const Actor& actor, const storage::StoredAlias& alias);

  WritePorts ports_;
  storage::DirectoryStore& store_;
};

}  // namespace chancery::rooms
