// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/typing.hpp"

namespace chancery::rooms {

void Typing::start(storage::RoomNumber room, const protocol::UserId& user,
                   base::Milliseconds length) {
  {
    const std::lock_guard lock(mutex_);
    OfRoom& of_room = rooms_[room];
    const auto [place, is_new] = of_room.until.try_emplace(user);
    place->second = clock_.steady_now() + length;
    if (!is_new) return;
    of_room.changed_at = ++serial_;
  }
  tell(room);
}

void Typing::stop(storage::RoomNumber room, const protocol::UserId& user) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = rooms_.find(room);
    if (found == rooms_.end() || found->second.until.erase(user) == 0) return;
    found->second.changed_at = ++serial_;
  }
  tell(room);
}

void Typing::expire() {
  std::vector<storage::RoomNumber> changed;
  {
    const std::lock_guard lock(mutex_);
    const runtime::SteadyTime now = clock_.steady_now();
    for (auto& [room, of_room] : rooms_) {
      const auto ended =
          std::erase_if(of_room.until, [now](const auto& typist) { return typist.second <= now; });
      if (ended == 0) continue;
      of_room.changed_at = ++serial_;
      changed.push_back(room);
    }
  }
  for (const storage::RoomNumber room : changed) tell(room);
}

std::uint64_t Typing::serial() const {
  const std::lock_guard lock(mutex_);
  return serial_;
}

std::uint64_t Typing::changed_at(storage::RoomNumber room) const {
  const std::lock_guard lock(mutex_);
  const auto found = rooms_.find(room);
  return found == rooms_.end() ? 0 : found->second.changed_at;
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
