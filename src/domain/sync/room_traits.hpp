// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Room traits: what lists are filtered and ordered by, a few bytes for each room, kept once known.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/rooms/position_array.hpp"
#include "domain/rooms/rooms.hpp"
#include "storage/commit/committer.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace chancery::sync {

class RoomTraits {
 public:
  // A reader is added to the feed, after that of `rooms`.
  RoomTraits(rooms::Rooms& rooms, storage::CommittedChanges& feed);

  struct Traits {
    std::optional<std::string> type;  // of the create event
    bool is_encrypted = false;
  };
  runtime::Task<Traits> get(storage::RoomNumber number);

  // The position of the newest event that people would call activity: a message, a call, a poll.
  runtime::Task<storage::StreamPosition> bump_stamp(storage::RoomNumber number);
  // The same where it is known; 0 where it must be looked for.
  [[nodiscard]] storage::StreamPosition known_bump_stamp(storage::RoomNumber number) const {
    return bumps_.get(number);
  }

 private:
  runtime::Task<Traits> load(storage::RoomNumber number);
  void apply(const storage::AppendEvent& append, storage::StreamPosition position);

  rooms::Rooms& rooms_;
  rooms::PositionArray bumps_;
  std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, Traits> known_;
  std::uint64_t changes_ = 0;  // so that what was read before a change is not kept after it
};

}  // namespace chancery::sync
