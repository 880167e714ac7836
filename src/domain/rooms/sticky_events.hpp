// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sticky events: those of each room that every member is still to be told of (MSC4354).
//
// Kept in memory by room, from the feed and at the start from the store; what has expired is
// dropped when its room is next asked about or gets another.
//
// Concurrency: any thread.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.

#include "domain/rooms/rooms.hpp"
#include "runtime/clock.hpp"
#include "storage/commit/committer.hpp"
#include "storage/events.hpp"

#include <deque>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

class StickyEvents {
 public:
  static constexpr std::size_t kMostOfOne = 100;  // of one person in one room at once

  // Adds a reader to the feed.
  StickyEvents(Rooms& rooms, runtime::Clock& clock, storage::CommittedChanges& feed);

  // Before the first question.
  runtime::Task<> load_stored();

  // Throws ApiError limit_exceeded when `sender` has as many in the room as one may have.
  void require_place(storage::RoomNumber room, const protocol::UserId& sender);

  // A stretch of a room's timeline: `after` < position ≤ `until`.
  struct Wanted {
    storage::RoomNumber room;
    storage::StreamPosition after;
    storage::StreamPosition until;
  };
  // The rooms that may have any, in no order.
  [[nodiscard]] std::vector<storage::RoomNumber> rooms() const;
  // Whether there may be any in the room.
  [[nodiscard]] bool may_have(storage::RoomNumber room) const;
  // Those that are sticky now, oldest first. At once where a room has none.
  runtime::Task<std::vector<CachedEventPtr>> load(Wanted wanted);

 private:
  runtime::Task<bool> load_some(std::span<const storage::StickyEvent> stored);
  struct Sticky {
    storage::EventNumber number;
    storage::StreamPosition position;
    base::Timestamp until;
    protocol::UserId sender;
  };
  void forget(const storage::RemoveEvents& removed);
  void add(storage::RoomNumber room, Sticky event);

  Rooms& rooms_;
  runtime::Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, std::deque<Sticky>> by_room_;
};

}  // namespace chancery::rooms
