// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Erased people: those of this server who asked, when they left it, that what they said be shown to
// nobody new.
//
// In memory, for it is asked of every event that anybody reads.
//
// Concurrency: any thread.
// Spec:        client-server, "POST /account/deactivate", `erase`.

#include "protocol/identifiers.hpp"
#include "storage/accounts.hpp"
#include "storage/commit/committer.hpp"

#include <atomic>
#include <shared_mutex>
#include <unordered_set>

namespace chancery::accounts {

class ErasedPeople {
 public:
  // Adds a reader to the feed.
  ErasedPeople(storage::AccountStore& accounts, storage::CommittedChanges& feed);

  // Before the first question. Throws StorageError.
  runtime::Task<> load();
  [[nodiscard]] bool contains(const protocol::UserId& user) const;

 private:
  void apply(const storage::CommittedChange& change);

  storage::AccountStore& accounts_;
  std::atomic<bool> is_empty_ = true;  // mostly nobody is
  mutable std::shared_mutex mutex_;
  std::unordered_set<protocol::UserId> users_;
};

}  // namespace chancery::accounts
