// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Removed rooms: of which rooms that are no more a person's devices may still show something.
//
// Whoever was away when a room was removed is told once that they are out of it; the room itself
// has no event left that could tell. What is told of is kept for half a year; a device that was
// away for longer keeps the room.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/rooms/rooms.hpp"
#include "runtime/clock.hpp"
#include "storage/commit/committer.hpp"
#include "storage/removed_stays.hpp"

#include <atomic>
#include <cstdint>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::sync {

class RemovedRooms {
 public:
  static constexpr base::Milliseconds kKept = std::chrono::hours(24 * 180);

  // A reader is added to the feed after that of `rooms`.
  struct Ports {
    storage::RemovedStayStore& store;
    storage::CommittedChanges& feed;
    rooms::Rooms& rooms;
    accounts::AuditedCommits& commits;
    runtime::Clock& clock;
  };
  explicit RemovedRooms(Ports ports);

  // Before the first question.
  runtime::Task<> load();

  // False only if no room of theirs was removed after `after`. From memory, and where nobody's was
  // without a lock.
  [[nodiscard]] bool may_have(const protocol::UserId& user, storage::StreamPosition after) const;
  // Their stays in rooms removed at positions after < p ≤ `until`; not of a room whose id names one
  // of their rooms again.
  runtime::Task<std::vector<storage::RemovedStay>> load_stays(protocol::UserId user,
                                                              storage::StreamPosition after,
                                                              storage::StreamPosition until);
  // Forgets those that are old enough.
  runtime::Task<> sweep();

 private:
  void note(const protocol::UserId& user, storage::StreamPosition removed);

  Ports ports_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<protocol::UserId, storage::StreamPosition> last_;  // removal of each
  std::atomic<std::uint64_t> newest_ = 0;                               // of all
};

// The member event that says that `user` is out of the room, made for those who were away. The true
// one, where there was any, went with the room; clients know by such an event alone that they left.
[[nodiscard]] std::string farewell_text(const storage::RemovedStay& stay,
                                        const protocol::UserId& user);

}  // namespace chancery::sync
