// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Restricted rooms: whether somebody is in one of the rooms whose members may join.
//
// Spec: client-server, "Restricted rooms"; `allow` of m.room.join_rules.

#include "base/json.hpp"
#include "domain/rooms/rooms.hpp"
#include "protocol/identifiers.hpp"

#include <vector>

namespace chancery::rooms {

// The rooms whose members may join. `join_rules`: the content of that event.
[[nodiscard]] std::vector<protocol::RoomId> find_allowed_rooms(const base::JsonObject& join_rules);
[[nodiscard]] bool is_in_allowed_room(Rooms& rooms, const base::JsonObject& join_rules,
                                      const protocol::UserId& user);

}  // namespace chancery::rooms
