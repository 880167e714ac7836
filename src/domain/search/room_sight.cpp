// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/room_sight.hpp"

#include "domain/rooms/member_trail.hpp"
#include "protocol/history_visibility.hpp"

namespace chancery::search {
namespace {

// Names and pictures that somebody changed since they joined, looked back through.
constexpr std::size_t kMostSteps = 8;

bool is_open(protocol::HistoryVisibility visibility) {
  return visibility == protocol::HistoryVisibility::shared ||
         visibility == protocol::HistoryVisibility::world_readable;
}

// Whether it is open now and, never having been set otherwise, always was.
bool was_always_open(const rooms::CachedEventPtr& visibility) {
  if (!visibility) return true;  // as it is where nobody says anything
  return visibility->replaces.value == 0 &&
         is_open(protocol::history_visibility_in(&visibility->event->content()));
}

}  // namespace

runtime::Task<storage::EventNumber> RoomSight::seen_from(storage::RoomNumber room) {
  const auto known = known_.find(room);
  if (known != known_.end()) co_return known->second;
  const storage::EventNumber from = co_await find_out(room);
  known_.emplace(room, from);
  co_return from;
}

runtime::Task<storage::EventNumber> RoomSight::find_out(storage::RoomNumber number) {
  const rooms::RoomPtr room = co_await rooms_.get(number);
  const auto member = room->find_member(user_);
  if (!member || member->membership != rooms::Membership::join)
    co_return storage::EventNumber{UINT64_MAX};
  // What is withheld from who came later must not be counted by them either.
  const bool is_open_to_all =
      !visible_.withholds_anything() && was_always_open(room->core()->history_visibility);
  if (is_open_to_all) co_return storage::EventNumber{};
  const rooms::CachedEventPtr joined =
      co_await rooms::find_start_of_stay(rooms_.events(), member->event, kMostSteps);
  co_return joined->number;
}

}  // namespace chancery::search
