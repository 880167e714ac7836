// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Thread subscriptions as stored: which threads a person follows, and which no longer.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.
// Spec:        MSC4306.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace chancery::storage {

enum class ThreadFollowing : std::uint8_t { unsubscribed = 0, automatic = 1, manual = 2 };

struct PutThreadSubscription {
  protocol::UserId user;
  RoomNumber room;
  protocol::EventId thread;  // its root
  ThreadFollowing following = ThreadFollowing::manual;
};

struct StoredThreadSubscription {
  RoomNumber room;
  protocol::EventId thread;
  ThreadFollowing following = ThreadFollowing::manual;
  StreamPosition position;  // when it became so
};

class ThreadSubscriptionStore {
 public:
  virtual ~ThreadSubscriptionStore() = default;
  virtual runtime::Task<std::optional<StoredThreadSubscription>> find_thread_subscription(
      protocol::UserId user, RoomNumber room, protocol::EventId thread) = 0;
  // What changed with `after` < position ≤ `until`, newest first, at most `limit`.
  virtual runtime::Task<std::vector<StoredThreadSubscription>> load_thread_subscriptions(
      protocol::UserId user, StreamPosition after, StreamPosition until, std::size_t limit) = 0;
};

}  // namespace chancery::storage
