// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signals: what one application service has to look at again, and the bell by which it is woken.
//
// Noted by the feed of committed changes and by typing and presence; taken by the service's task.
//
// Concurrency: any thread.

#include "domain/devices/device_keys.hpp"
#include "runtime/wait.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <mutex>
#include <set>
#include <unordered_set>
#include <utility>

namespace chancery::appservices {

using RoomNumbers = std::unordered_set<storage::RoomNumber>;

class Signals {
 public:
  struct Taken {
    RoomNumbers receipts;  // rooms with new ones
    RoomNumbers typing;
    std::set<devices::DeviceAddress> keys;  // devices whose keys were used or added
    bool presence = false;
  };

  void note_receipts(storage::RoomNumber room) {
    const std::lock_guard lock(mutex_);
    noted_.receipts.insert(room);
  }
  void note_typing(storage::RoomNumber room) {
    const std::lock_guard lock(mutex_);
    noted_.typing.insert(room);
  }
  void note_keys(devices::DeviceAddress device) {
    const std::lock_guard lock(mutex_);
    noted_.keys.insert(std::move(device));
  }
  void note_presence() {
    const std::lock_guard lock(mutex_);
    noted_.presence = true;
  }
  // The names of rooms changed: what is known of them is out of date.
  void note_aliases() {
    const std::lock_guard lock(mutex_);
    ++aliases_;
  }
  [[nodiscard]] Taken take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(noted_, {});
  }
  // What was taken and could not be told.
  void give_back(Taken taken) {
    const std::lock_guard lock(mutex_);
    noted_.receipts.merge(taken.receipts);
    noted_.typing.merge(taken.typing);
    noted_.keys.merge(taken.keys);
    noted_.presence = noted_.presence || taken.presence;
  }
  // Counts the changes of aliases.
  [[nodiscard]] std::uint64_t aliases() const {
    const std::lock_guard lock(mutex_);
    return aliases_;
  }
  [[nodiscard]] runtime::Bell& bell() { return bell_; }

 private:
  mutable std::mutex mutex_;
  Taken noted_;
  std::uint64_t aliases_ = 0;
  runtime::Bell bell_;
};

}  // namespace chancery::appservices
