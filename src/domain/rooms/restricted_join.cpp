// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/restricted_join.hpp"

#include <algorithm>

namespace chancery::rooms {

std::vector<protocol::RoomId> find_allowed_rooms(const base::JsonObject& join_rules) {
  std::vector<protocol::RoomId> allowed;
  const base::JsonArray* allow = base::find_array(join_rules, "allow");
  if (allow == nullptr) return allowed;
  for (const base::Json& condition : *allow) {
    const base::JsonObject* object = condition.if_object();
    if (object == nullptr || base::find_string(*object, "type") != "m.room_membership") continue;
    auto id = protocol::RoomId::parse(base::find_string(*object, "room_id").value_or(""));
    if (id) allowed.push_back(*std::move(id));
  }
  return allowed;
}

bool is_in_allowed_room(Rooms& rooms, const base::JsonObject& join_rules,
                        const protocol::UserId& user) {
  return std::ranges::any_of(find_allowed_rooms(join_rules), [&](const protocol::RoomId& id) {
    const std::optional<storage::RoomNumber> number = rooms.find_number(id);
    return number && rooms.memberships().is_joined(*number, user);
  });
}

}  // namespace chancery::rooms
