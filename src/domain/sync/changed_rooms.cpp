// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/changed_rooms.hpp"

#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>

namespace chancery::sync {

namespace {

constexpr std::size_t kUsually = 4;  // changes since somebody's last answer

}  // namespace

ChangedRooms::ChangedRooms(Ports ports, std::size_t most_entries)
    : ports_(ports), most_entries_(most_entries), complete_after_(ports.feed.last_position()) {
  ports_.feed.add_reader(reader());
}

std::optional<std::vector<ChangedRooms::ChangedRoom>> ChangedRooms::since(
    storage::StreamPosition known, std::size_t most) const {
  std::vector<ChangedRoom> changed;
  changed.reserve(std::min(most, kUsually));
  {
    const std::lock_guard lock(mutex_);
    if (known < complete_after_) return std::nullopt;
    // From the newest back: what is asked for came lately, mostly.
    for (auto one = entries_.rbegin(); one != entries_.rend() && one->position > known; ++one) {
      if (changed.size() == most) return std::nullopt;
      changed.push_back(one->what);
    }
  }
  std::ranges::sort(changed, {}, &ChangedRoom::room);
  // Those of one room become one, at the place of the first.
  std::size_t rooms = 0;
  for (const ChangedRoom& one : changed) {
    if (rooms == 0 || changed[rooms - 1].room != one.room) {
      changed[rooms++] = one;
      continue;
    }
    changed[rooms - 1].has_event |= one.has_event;
    changed[rooms - 1].changed_shape |= one.changed_shape;
  }
  changed.resize(rooms);
  return changed;
}

storage::FeedReader ChangedRooms::reader() {
  using storage::StreamPosition;
  return storage::hear(
      [this](const storage::AppendEvent& append, StreamPosition position) {
        const protocol::VerifiedEvent& event = *append.event;
        note(position, {.room = append.room,
                        .has_event = true,
                        .changed_shape = event.is_state() && (event.type() == "m.room.encryption" ||
                                                              event.type() == "m.space.child")});
      },
      [this](const storage::SetMembership& member, StreamPosition position) {
        note(position, {.room = member.room});
      },
      [this](const storage::PutReceipt& receipt, StreamPosition position) {
        note(position, {.room = receipt.room});
      },
      [this](const storage::PutAccountData& data, StreamPosition position) {
        const auto room = protocol::RoomId::parse(data.room);
        const auto number = room ? ports_.rooms.find_number(*room) : std::nullopt;
        if (number) note(position, {.room = *number});
      });
}

void ChangedRooms::note(storage::StreamPosition position, ChangedRoom what) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({.position = position, .what = what});
  if (entries_.size() <= most_entries_) return;
  complete_after_ = entries_.front().position;
  while (!entries_.empty() && entries_.front().position <= complete_after_) entries_.pop_front();
}

}  // namespace chancery::sync
