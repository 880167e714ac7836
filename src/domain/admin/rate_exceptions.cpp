// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/rate_exceptions.hpp"

#include "domain/admin/acting.hpp"
#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <mutex>
#include <utility>

namespace chancery::admin {

RateExceptions::RateExceptions(storage::AdministrationStore& store,
                               accounts::AuditedCommits& commits, storage::CommittedChanges& feed)
    : store_(store), commits_(commits) {
  feed.add_reader(storage::hear(
      [this](const storage::PutRateException& put) {
        const std::unique_lock lock(mutex_);
        exceptions_[put.user] = {put.per_second, put.burst};
      },
      [this](const storage::RemoveRateException& removed) {
        const std::unique_lock lock(mutex_);
        exceptions_.erase(removed.user);
      }));
}

runtime::Task<> RateExceptions::load() {
  const auto stored = co_await store_.load_rate_exceptions();
  const std::unique_lock lock(mutex_);
  for (const storage::StoredRateException& one : stored) {
    exceptions_.try_emplace(one.user, RateException{one.per_second, one.burst});
  }
}

std::optional<RateException> RateExceptions::find(const protocol::UserId& user) const {
  const std::shared_lock lock(mutex_);
  const auto found = exceptions_.find(user);
  if (found == exceptions_.end()) return std::nullopt;
  return found->second;
}

runtime::Task<> RateExceptions::put(accounts::Session by, protocol::UserId user,
                                    RateException exception) {
  storage::Change change;
  change.mutations.emplace_back(
      storage::PutRateException{user, exception.per_second, exception.burst});
  co_await commits_.commit(std::move(change), act_of(by, "account.rate", user.text()));
}

runtime::Task<> RateExceptions::remove(accounts::Session by, protocol::UserId user) {
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRateException{user});
  co_await commits_.commit(std::move(change), act_of(by, "account.no_rate", user.text()));
}

}  // namespace chancery::admin
