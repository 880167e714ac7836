// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/person_in_rooms.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"

#include <unordered_map>
#include <utility>

namespace chancery::rooms {

// The profile is read again for each room, so that of two changes the last one stays. Whether they
// may change it has been asked where they did: here it only becomes known.
runtime::Task<> PersonInRooms::show_profile(protocol::UserId user,
                                            accounts::MemberProfile /*profile*/) {
  co_await acts_.propagate_profile(actor_of_server(user));
}

runtime::Task<> PersonInRooms::leave_all(protocol::UserId user) {
  const Actor actor = actor_taken_out(user);
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

namespace {

// Whether anyone may join or read.
bool is_open_to_all(const CoreState& core) {
  const auto says = [](const CachedEventPtr& event, std::string_view member,
                       std::string_view value) {
    return event && base::find_string(event->event->content(), member) == value;
  };
  return says(core.join_rules, "join_rule", "public") ||
         says(core.history_visibility, "history_visibility", "world_readable");
}

}  // namespace

struct PersonInRooms::OpenRooms {
  // So many are looked at; whoever is in others alone is not found by this question.
  static constexpr std::size_t kMost = 1'000;
  std::unordered_map<storage::RoomNumber, bool> known;
};

runtime::Task<bool> PersonInRooms::is_in_open_room(OpenRooms& open, protocol::UserId user) {
  const CurrentRooms rooms = rooms_.memberships().current_rooms(user);
  for (const UserRoom& one : rooms) {
    if (one.membership != Membership::join) continue;
    auto known = open.known.find(one.room);
    if (known == open.known.end()) {
      if (open.known.size() == OpenRooms::kMost) continue;
      const RoomPtr room = co_await rooms_.get(one.room);
      known = open.known.emplace(one.room, is_open_to_all(*room->core())).first;
    }
    if (known->second) co_return true;
  }
  co_return false;
}

runtime::Task<std::vector<protocol::UserId>> PersonInRooms::find_visible(
    protocol::UserId searcher, std::vector<protocol::UserId> people) {
  std::vector<protocol::UserId> visible;
  OpenRooms open;
  for (const protocol::UserId& user : people) {
    if (share_room(searcher, user) || co_await is_in_open_room(open, user)) visible.push_back(user);
  }
  co_return visible;
}

}  // namespace chancery::rooms
