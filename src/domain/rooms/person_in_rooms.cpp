// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/person_in_rooms.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"

#include <utility>

namespace chancery::rooms {

// The profile is read again for each room, so that of two changes the last one stays. Whether they
// may change it has been asked where they did: here it only becomes known.
runtime::Task<> PersonInRooms::show_profile(protocol::UserId user,
                                            accounts::MemberProfile /*profile*/) {
  co_await acts_.propagate_profile(actor_of_server(user));
}

runtime::Task<> PersonInRooms::leave_all(protocol::UserId user) {
  const Actor actor = actor_of_server(user);
  const std::shared_ptr<const UserRooms> rooms = co_await rooms_.memberships().all_rooms(user);
  for (const UserRoom& room : *rooms) {
    if (room.membership == Membership::leave || room.membership == Membership::ban) continue;
    try {
      co_await acts_.leave(actor, room.id, std::nullopt);
    } catch (const protocol::ApiError& refused) {  // one room must not keep them in others
      base::log_warn("room_not_left", {{"reason", refused.reason()}});
    }
  }
}

bool PersonInRooms::share_room(const protocol::UserId& left, const protocol::UserId& right) const {
  return left == right || rooms_.memberships().share_room(left, right);
}

runtime::Task<bool> PersonInRooms::may_find(protocol::UserId searcher, protocol::UserId found) {
  if (rooms_.memberships().share_room(searcher, found)) co_return true;
  const std::shared_ptr<const UserRooms> rooms = rooms_.memberships().current_rooms(found);
  for (const UserRoom& one : *rooms) {
    if (one.membership != Membership::join) continue;
    const RoomPtr room = co_await rooms_.get(one.room);
    const std::shared_ptr<const CoreState> core = room->core();
    if (core->join_rules &&
        base::find_string(core->join_rules->event->content(), "join_rule") == "public") {
      co_return true;
    }
  }
  co_return false;
}

}  // namespace chancery::rooms
