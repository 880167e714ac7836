// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Profile changes: which fields of whose profiles were set or removed since a position.
//
// The newest changes are kept in memory; older ones are read from the store. What the fields hold
// is always read as it is now: of several changes the last one counts.
//
// Concurrency: any thread.
// Failure:     StorageError.
// Spec:        MSC4262, MSC4429.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/personal.hpp"

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace chancery::accounts {

class ProfileChanges {
 public:
  static constexpr std::size_t kMostRecent = 10'000;

  struct Ports {
    storage::ProfileStore& store;
    storage::CommittedChanges& feed;  // a reader is added
  };
  explicit ProfileChanges(Ports ports, std::size_t most_recent = kMostRecent);

  // Everybody's changes at positions after < p ≤ until; one field may be named more than once. A
  // field may be left out that changed again after `until`.
  runtime::Task<std::vector<storage::ProfileFieldChange>> load_changes(
      storage::StreamPosition after, storage::StreamPosition until);

  // Fields by name, each as JSON text.
  using Fields = std::map<std::string, std::string, std::less<>>;
  // Of each user whatever there is; nobody may be named twice.
  runtime::Task<std::map<protocol::UserId, Fields>> load_fields(
      std::vector<protocol::UserId> users);

 private:
  struct Recent {
    storage::StreamPosition position;
    storage::ProfileFieldChange change;
  };
  void keep(storage::ProfileFieldChange change, storage::StreamPosition position);

  Ports ports_;
  const std::size_t most_recent_;
  std::mutex mutex_;
  std::deque<Recent> recent_;             // in order
  storage::StreamPosition recent_after_;  // `recent_` holds everything after this
};

}  // namespace chancery::accounts
