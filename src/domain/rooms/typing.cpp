// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/typing.hpp"

#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>

namespace chancery::rooms {

Typing::Typing(runtime::Clock& clock, storage::CommittedChanges& feed, std::size_t most_remembered)
    : clock_(clock), most_remembered_(most_remembered) {
  feed.add_reader(storage::hear(
      [this](const storage::SetMembership& member) {
        if (member.membership != "join") stop(member.room, member.user);
      },
      [this](const storage::RemoveRoom& removed) {
        const std::lock_guard lock(mutex_);
        const auto found = rooms_.find(removed.number);
        if (found == rooms_.end()) return;
        by_serial_.erase(found->second.changed_at);
        active_.erase(removed.number);
        rooms_.erase(found);
      }));
}

void Typing::note_change(storage::RoomNumber room, OfRoom& of_room) {
  by_serial_.erase(of_room.changed_at);
  of_room.changed_at = ++serial_;
  by_serial_.emplace(of_room.changed_at, room);
  if (of_room.until.empty())
    active_.erase(room);
  else
    active_.insert(room);
  forget_oldest();
}

void Typing::forget_oldest() {
  while (rooms_.size() > most_remembered_ + active_.size()) {
    // Those where somebody types are few, and changed lately.
    auto oldest = by_serial_.begin();
    while (active_.contains(oldest->second)) ++oldest;
    forgotten_ = std::max(forgotten_, oldest->first);
    rooms_.erase(oldest->second);
    by_serial_.erase(oldest);
  }
}

void Typing::start(storage::RoomNumber room, const protocol::UserId& user,
                   base::Milliseconds length) {
  {
    const std::lock_guard lock(mutex_);
    OfRoom& of_room = rooms_[room];
    const auto [place, is_new] = of_room.until.try_emplace(user);
    place->second = clock_.steady_now() + length;
    if (!is_new) return;
    note_change(room, of_room);
  }
  tell(room);
}

void Typing::stop(storage::RoomNumber room, const protocol::UserId& user) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = rooms_.find(room);
    if (found == rooms_.end() || found->second.until.erase(user) == 0) return;
    note_change(room, found->second);
  }
  tell(room);
}

void Typing::expire() {
  std::vector<storage::RoomNumber> changed;
  {
    const std::lock_guard lock(mutex_);
    const runtime::SteadyTime now = clock_.steady_now();
    for (const storage::RoomNumber room : active_) {
      const auto ended = std::erase_if(rooms_.at(room).until,
                                       [now](const auto& typist) { return typist.second <= now; });
      if (ended > 0) changed.push_back(room);
    }
    for (const storage::RoomNumber room : changed) note_change(room, rooms_.at(room));
  }
  for (const storage::RoomNumber room : changed) tell(room);
}

std::uint64_t Typing::serial() const {
  const std::lock_guard lock(mutex_);
  return serial_;
}

Typing::Changes Typing::changed_since(std::uint64_t after) const {
  const std::lock_guard lock(mutex_);
  Changes changes{.rooms = std::nullopt, .serial = serial_};
  if (after < forgotten_) return changes;
  std::vector<storage::RoomNumber>& rooms = changes.rooms.emplace();
  for (auto at = by_serial_.upper_bound(after); at != by_serial_.end(); ++at) {
    rooms.push_back(at->second);
  }
  return changes;
}

std::uint64_t Typing::changed_at(storage::RoomNumber room) const {
  const std::lock_guard lock(mutex_);
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? forgotten_ : found->second.changed_at;
}

std::vector<protocol::UserId> Typing::typing_in(storage::RoomNumber room) const {
  std::vector<protocol::UserId> typists;
  const std::lock_guard lock(mutex_);
  const auto found = rooms_.find(room);
  if (found == rooms_.end()) return typists;
  const runtime::SteadyTime now = clock_.steady_now();
  for (const auto& [user, until] : found->second.until) {
    if (until > now) typists.push_back(user);
  }
  return typists;
}

void Typing::tell(storage::RoomNumber room) {
  for (const Listener& listener : listeners_) listener(room);
}

}  // namespace chancery::rooms
