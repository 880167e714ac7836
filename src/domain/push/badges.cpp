// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/badges.hpp"

namespace chancery::push {

void Badges::note(const protocol::UserId& user, storage::RoomNumber room) {
  // Whoever is not kept is looked at whole when they are counted.
  if (const auto found = people_.find(user); found != people_.end()) {
    found->second[room] = ++notes_;
  }
}

Badges::MaybeUnread& Badges::look_up(const protocol::UserId& user) {
  if (const auto found = people_.find(user); found != people_.end()) return found->second;
  if (people_.size() >= kMostPeople) people_.erase(people_.begin());
  MaybeUnread& rooms = people_[user];
  const auto current = rooms_.memberships().current_rooms(user);
  for (const rooms::UserRoom& room : current) {
    if (room.membership == rooms::Membership::join) rooms[room.room] = ++notes_;
  }
  return rooms;
}

runtime::Task<std::uint64_t> Badges::count_invites(protocol::UserId user) {
  std::uint64_t count = 0;
  const auto current = rooms_.memberships().current_rooms(user);
  for (const rooms::UserRoom& room : current) {
    if (room.membership != rooms::Membership::invite) continue;
    const rooms::CachedEventPtr invite = co_await rooms_.events().get(room.event);
    if (!co_await visible_.ignores(user, invite->event->sender())) ++count;
  }
  co_return count;
}

runtime::Task<BadgeCounts> Badges::count(protocol::UserId user) {
  BadgeCounts counts;
  counts.unread = co_await count_invites(user);
  const MaybeUnread looked_at = look_up(user);
  for (const auto& [number, note] : looked_at) {
    const rooms::RoomPtr room = co_await rooms_.find(number);
    UnreadCounters::Sums sums;
    if (room) sums = co_await counters_.sum(user, room);  // else it was removed
    counts.unread += sums.unread;
    counts.missed_calls += sums.calls;
    if (sums.unread > 0) continue;
    const auto kept = people_.find(user);
    if (kept == people_.end()) continue;
    const auto entry = kept->second.find(number);
    if (entry != kept->second.end() && entry->second == note) kept->second.erase(entry);
  }
  co_return counts;
}

}  // namespace chancery::push
