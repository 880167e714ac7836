// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/moment.hpp"

#include "runtime/wait.hpp"

#include <algorithm>

namespace chancery::sync {

namespace {

constexpr std::size_t kFewChanges = 64;

}  // namespace

std::optional<Moment> look_at_once(const rooms::Memberships& memberships,
                                   const storage::CommittedChanges& feed,
                                   const protocol::UserId& user) {
  const storage::StreamPosition until = feed.last_position();
  auto known = memberships.find_known_rooms(user);
  if (!known || known->newest > until) return std::nullopt;
  return Moment{.rooms = std::move(known->rooms), .newest = known->newest, .until = until};
}

// The position before the rooms: a membership shows in memory a moment before its position is
// everyone's, so all up to that position are among them. What is newer already is waited for, else
// the rest of that room's window would fall between two answers.
runtime::Task<Moment> look(rooms::Memberships& memberships, storage::CommittedChanges& feed,
                           protocol::UserId user) {
  while (true) {
    const storage::StreamPosition until = feed.last_position();
    rooms::Memberships::KnownRooms known = co_await memberships.all_known_rooms(user);
    if (known.newest <= until)
      co_return Moment{.rooms = std::move(known.rooms), .newest = known.newest, .until = until};
    co_await runtime::yield_now();
  }
}

std::optional<std::vector<ChangedRooms::ChangedRoom>> changes_in(const ChangedRooms& changed,
                                                                 const rooms::UserRooms& rooms,
                                                                 storage::StreamPosition since) {
  // Changes are those of everybody's rooms: with too many of them the own rooms are fewer.
  auto lately = changed.since(since, std::max(kFewChanges, rooms.size() / 4));
  if (!lately) return std::nullopt;
  std::erase_if(*lately, [&](const ChangedRooms::ChangedRoom& one) {
    return rooms.find(one.room) == nullptr;
  });
  return lately;
}

std::vector<const rooms::UserRoom*> rooms_with_news(const ChangedRooms& changed,
                                                    const rooms::UserRooms& rooms,
                                                    storage::StreamPosition since) {
  std::vector<const rooms::UserRoom*> found;
  const auto lately = changes_in(changed, rooms, since);
  if (!lately) {
    found.reserve(rooms.size());
    for (const rooms::UserRoom& room : rooms) found.push_back(&room);
    return found;
  }
  for (const ChangedRooms::ChangedRoom& one : *lately) {
    found.push_back(rooms.find(one.room));
  }
  return found;
}

}  // namespace chancery::sync
