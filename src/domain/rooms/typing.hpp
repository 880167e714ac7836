// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Typing: who is typing in which room, for some seconds, in memory only.
//
// Every change of a room's set gets the next serial; sync keeps the serial it has told. Whoever
// goes out of a room types in it no more. Of rooms where nobody types only the latest are
// remembered.
//
// Concurrency: any thread.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "storage/commit/committer.hpp"
#include "storage/positions.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace chancery::rooms {

class Typing {
 public:
  static constexpr std::size_t kMostRemembered = 65'536;

  Typing(runtime::Clock& clock, storage::CommittedChanges& feed,
         std::size_t most_remembered = kMostRemembered);

  // Called after every change, outside the lock. Before the first change.
  using Listener = std::function<void(storage::RoomNumber)>;
  void add_listener(Listener listener) { listeners_.push_back(std::move(listener)); }

  void start(storage::RoomNumber room, const protocol::UserId& user, base::Milliseconds length);
  void stop(storage::RoomNumber room, const protocol::UserId& user);
  // Ends what has run out; called about once a second by the server.
  void expire();

  [[nodiscard]] std::uint64_t serial() const;
  struct Changes {
    // Rooms that changed after the serial asked for; absent where memory does not reach back so
    // far: any may have.
    std::optional<std::vector<storage::RoomNumber>> rooms;
    std::uint64_t serial = 0;  // they are all up to this one
  };
  [[nodiscard]] Changes changed_since(std::uint64_t after) const;
  // The serial of the room's last change, or a later one where that is not remembered; 0: never.
  [[nodiscard]] std::uint64_t changed_at(storage::RoomNumber room) const;
  [[nodiscard]] std::vector<protocol::UserId> typing_in(storage::RoomNumber room) const;

 private:
  struct OfRoom {
    std::uint64_t changed_at = 0;
    std::unordered_map<protocol::UserId, runtime::SteadyTime> until;
  };
  // With the mutex held.
  void note_change(storage::RoomNumber room, OfRoom& of_room);
  void forget_oldest();
  void tell(storage::RoomNumber room);

  runtime::Clock& clock_;
  const std::size_t most_remembered_;
  std::vector<Listener> listeners_;
  mutable std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, OfRoom> rooms_;
  std::map<std::uint64_t, storage::RoomNumber> by_serial_;  // rooms_, by their last change
  std::unordered_set<storage::RoomNumber> active_;          // where somebody types
  std::uint64_t forgotten_ = 0;                             // the newest serial of a room that went
  std::uint64_t serial_ = 0;
};

}  // namespace chancery::rooms
