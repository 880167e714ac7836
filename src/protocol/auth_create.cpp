// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/auth_check.hpp"

#include <algorithm>

namespace chancery::protocol {
namespace {

// "Is not an array of strings where each string passes the same user ID validation applied to
// sender."
bool are_user_ids(const base::Json& creators) {
  const base::JsonArray* list = creators.if_array();
  return list != nullptr && std::ranges::all_of(*list, [](const base::Json& creator) {
           return creator.is_string() && UserId::parse(creator.get_string()).has_value();
         });
}

bool is_known_version(const base::Json& version) {
  return version.is_string() && find_room_version(version.get_string()) != nullptr;
}

}  // namespace

Verdict check_create(const VerifiedEvent& event, const AuthState& state) {
  const RoomVersion& version = event.version();
  const base::JsonObject& content = event.content();
  // 1.1. If it has any prev_events, reject.
  if (!event.prev_events().empty()) return Denied{"create.prev_events"};
  if (version.format == EventFormat::create_names_room) {
    // 1.2, version 12: If the event has a room_id, reject.
    if (event.json().contains("room_id")) return Denied{"create.room_id"};
  } else if (event.room().server_name() != event.sender().server_name()) {
    // 1.2. If the domain of the room_id does not match the domain of the sender, reject.
    return Denied{"create.room_domain"};
  }
  // 1.3. If content.room_version is present and is not a recognised version, reject.
  const base::Json* room_version = content.if_contains("room_version");
  if (room_version != nullptr && !is_known_version(*room_version)) {
    return Denied{"create.room_version"};
  }
  // 1.4, versions 1 to 10: If content has no creator property, reject.
  if (!version.implicit_creator && !content.contains("creator")) return Denied{"create.creator"};
  // 1.4, version 12: If additional_creators is present in content and is not an array of strings
  // where each string passes the same user ID validation applied to sender, reject.
  const base::Json* additional = content.if_contains("additional_creators");
  if (version.creators_have_infinite_power && additional != nullptr && !are_user_ids(*additional)) {
    return Denied{"create.additional_creators"};
  }
  // NOTSPEC: the rules say nothing of state keys or of a second create event. Neither can come
  // from a server that means well, and the second would be a way to take over a room.
  if (!event.is_state("m.room.create", "")) return Denied{"create.state_key"};
  const VerifiedEvent* known = state.find("m.room.create", "");
  if (known != nullptr && known->id() != event.id()) return Denied{"create.second"};
  // 1.5. Otherwise, allow.
  return Allowed{};
}

}  // namespace chancery::protocol
