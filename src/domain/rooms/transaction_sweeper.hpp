// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sweeper of transaction ids: forgets those that no client will repeat any more.
//
// It goes through the table page by page, a few at each call, and rests when it has come round, so
// that neither a reader nor the committer is held up for long.
//
// Concurrency: one call at a time.
// Failure:     StorageError; the next call goes on where this one stopped.

#include "runtime/clock.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/events.hpp"

#include <chrono>
#include <optional>

namespace chancery::rooms {

class TransactionSweeper {
 public:
  // A client that was out of reach over a weekend may still repeat what it sent before.
  static constexpr base::Milliseconds kKept = std::chrono::hours(72);
  static constexpr base::Milliseconds kRest = std::chrono::hours(1);
  static constexpr std::size_t kPage = 1'000;
  static constexpr std::size_t kMostPages = 10;  // of one call

  struct Ports {
    storage::EventStore& events;
    storage::Committer& committer;
    runtime::Clock& clock;
  };
  explicit TransactionSweeper(Ports ports) : ports_(ports) {}

  // Returns how many were forgotten.
  runtime::Task<std::size_t> sweep();

 private:
  Ports ports_;
  std::optional<storage::TransactionId> behind_;  // where the last call stopped
  std::optional<runtime::SteadyTime> rests_until_;
};

}  // namespace chancery::rooms
