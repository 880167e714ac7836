// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Exceptions from the rates: accounts that may send faster than others, or slower.
//
// Concurrency: any thread; `find` is asked with every request that is limited.
// Failure:     StorageError.
// Lifetime:    reads the feed of the committer, which must be stopped before this dies.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/session.hpp"
#include "storage/administration.hpp"
#include "storage/commit/committer.hpp"

#include <optional>
#include <shared_mutex>
#include <unordered_map>

namespace chancery::admin {

struct RateException {
  std::int64_t per_second = 0;  // 0: no limit
  std::int64_t burst = 0;
};

class RateExceptions {
 public:
  RateExceptions(storage::AdministrationStore& store, accounts::AuditedCommits& commits,
                 storage::CommittedChanges& feed);

  // Before the first request.
  runtime::Task<> load();
  [[nodiscard]] std::optional<RateException> find(const protocol::UserId& user) const;
  runtime::Task<> put(accounts::Session by, protocol::UserId user, RateException exception);
  runtime::Task<> remove(accounts::Session by, protocol::UserId user);

 private:
  storage::AdministrationStore& store_;
  accounts::AuditedCommits& commits_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<protocol::UserId, RateException> exceptions_;
};

}  // namespace chancery::admin
