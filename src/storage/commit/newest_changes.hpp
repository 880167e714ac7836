// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Newest changes: "has anything come for this user since?", answered without a lock and from memory
// that all users share, so that a sync need not look up what is nearly always nothing.
//
// Several users share a place: the position that is told may be newer than the user's own newest
// change, never older. So "nothing came" is certain, and "something came" must be looked up.
//
// Concurrency: `note` by readers of the feed, the rest from any thread.

#include "protocol/identifiers.hpp"
#include "storage/positions.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>

namespace chancery::storage {

class NewestChanges {
 public:
  // `start`: the last position before the first that will be noted; of what was before it anything
  // may have come for anyone.
  explicit NewestChanges(StreamPosition start) : start_(start) {}

  // Positions in their order.
  void note(const protocol::UserId& user, StreamPosition at) {
    places_[place_of(user)].store(at.value, std::memory_order_release);
  }
  // False: nothing came for the user after `after`, up to any position that was everyone's when
  // this was asked.
  [[nodiscard]] bool may_have_come(const protocol::UserId& user, StreamPosition after) const {
    return after < start_ || after.value < places_[place_of(user)].load(std::memory_order_acquire);
  }

 private:
  static constexpr std::size_t kPlaces = 4'096;  // 32 KiB
  static std::size_t place_of(const protocol::UserId& user) {
    return std::hash<protocol::UserId>{}(user) % kPlaces;
  }

  const StreamPosition start_;
  std::array<std::atomic<std::uint64_t>, kPlaces> places_{};
};

}  // namespace chancery::storage
