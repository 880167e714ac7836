// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/erased_people.hpp"

#include "storage/commit/change.hpp"

#include <mutex>
#include <variant>

namespace chancery::accounts {

ErasedPeople::ErasedPeople(storage::AccountStore& accounts, storage::CommittedChanges& feed)
    : accounts_(accounts) {
  feed.add_reader([this](const storage::CommittedChange& change) { apply(change); });
}

runtime::Task<> ErasedPeople::load() {
  std::vector<protocol::UserId> erased = co_await accounts_.load_erased();
  const std::unique_lock lock(mutex_);
  users_.insert(erased.begin(), erased.end());
  is_empty_ = users_.empty();
}

bool ErasedPeople::contains(const protocol::UserId& user) const {
  if (is_empty_) return false;
  const std::shared_lock lock(mutex_);
  return users_.contains(user);
}

void ErasedPeople::apply(const storage::CommittedChange& change) {
  for (const storage::Mutation& mutation : change.change.mutations) {
    const auto* set = std::get_if<storage::SetAccountStanding>(&mutation);
    if (set == nullptr) continue;
    const std::unique_lock lock(mutex_);
    if (set->standing.erased) {
      users_.insert(set->user);
    } else {
      users_.erase(set->user);
    }
    is_empty_ = users_.empty();
  }
}

}  // namespace chancery::accounts
