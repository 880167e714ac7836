// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/restricted_join.hpp"

namespace chancery::rooms {

bool is_in_allowed_room(Rooms& rooms, const base::JsonObject& join_rules,
                        const protocol::UserId& user) {
  const base::JsonArray* allow = base::find_array(join_rules, "allow");
  if (allow == nullptr) return false;
  for (const base::Json& condition : *allow) {
    const base::JsonObject* object = condition.if_object();
    if (object == nullptr || base::find_string(*object, "type") != "m.room_membership") continue;
    const auto id = protocol::RoomId::parse(base::find_string(*object, "room_id").value_or(""));
    if (!id) continue;
    const std::optional<storage::RoomNumber> number = rooms.find_number(*id);
    if (number && rooms.memberships().is_joined(*number, user)) return true;
  }
  return false;
}

}  // namespace chancery::rooms
