// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Changed rooms: in which rooms of this server anything happened lately, in order.
//
// A sync asks here which rooms it must look at, so that what it costs follows what changed and not
// what somebody has joined. A room may be named although nothing of it concerns the one who asks;
// none is left out. Typing, which has no position, is not among it: see rooms::Typing.
//
// Concurrency: any thread.

#include "domain/rooms/rooms.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

namespace chancery::sync {

class ChangedRooms {
 public:
  static constexpr std::size_t kMostEntries = 65'536;

  // A reader is added to the feed after that of `rooms`.
  struct Ports {
    storage::CommittedChanges& feed;
    rooms::Rooms& rooms;
  };
  explicit ChangedRooms(Ports ports, std::size_t most_entries = kMostEntries);

  struct ChangedRoom {
    storage::RoomNumber room;
    bool has_event = false;      // it moved up in the order of rooms
    bool changed_shape = false;  // whether it is encrypted, or what a space lists
  };
  // Each once, in the order of their numbers: everything at positions p > `known`. Absent when
  // there is more than `most`, or memory does not reach back so far: look at all rooms then.
  [[nodiscard]] std::optional<std::vector<ChangedRoom>> since(storage::StreamPosition known,
                                                              std::size_t most) const;

 private:
  struct Entry {
    storage::StreamPosition position;
    ChangedRoom what;
  };
  storage::FeedReader reader();
  void note(storage::StreamPosition position, ChangedRoom what);

  Ports ports_;
  const std::size_t most_entries_;
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;               // in the order of positions
  storage::StreamPosition complete_after_;  // whoever knows of everything until here misses nothing
};

}  // namespace chancery::sync
