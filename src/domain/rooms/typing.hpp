// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Typing: who is typing in which room, for some seconds, in memory only.
//
// Every change of a room's set gets the next serial; sync keeps the serial it has told.
//
// Concurrency: any thread.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

class Typing {
 public:
  explicit Typing(runtime::Clock& clock) : clock_(clock) {}

  // Called after every change, outside the lock. Before the first change.
  using Listener = std::function<void(storage::RoomNumber)>;
  void add_listener(Listener listener) { listeners_.push_back(std::move(listener)); }

  void start(storage::RoomNumber room, const protocol::UserId& user, base::Milliseconds length);
  void stop(storage::RoomNumber room, const protocol::UserId& user);
  // Ends what has run out; called about once a second by the server.
  void expire();

  [[nodiscard]] std::uint64_t serial() const;
  // The serial of the room's last change; 0: never.
  [[nodiscard]] std::uint64_t changed_at(storage::RoomNumber room) const;
  [[nodiscard]] std::vector<protocol::UserId> typing_in(storage::RoomNumber room) const;

 private:
  struct OfRoom {
    std::uint64_t changed_at = 0;
    std::unordered_map<protocol::UserId, runtime::SteadyTime> until;
  };
  void tell(storage::RoomNumber room);

  runtime::Clock& clock_;
  std::vector<Listener> listeners_;
  mutable std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, OfRoom> rooms_;
  std::uint64_t serial_ = 0;
};

}  // namespace chancery::rooms
