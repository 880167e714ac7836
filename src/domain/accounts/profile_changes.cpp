// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/profile_changes.hpp"

#include "storage/commit/change.hpp"
#include "storage/commit/hearing.hpp"

#include <algorithm>
#include <utility>

namespace chancery::accounts {

ProfileChanges::ProfileChanges(Ports ports, std::size_t most_recent)
    : ports_(ports), most_recent_(most_recent), recent_after_(ports.feed.last_position()) {
  ports_.feed.add_reader(
      storage::hear([this](const storage::SetProfileField& set, storage::StreamPosition position) {
        keep({.user = set.user, .field = set.field}, position);
      }));
}

void ProfileChanges::keep(storage::ProfileFieldChange change, storage::StreamPosition position) {
  const std::lock_guard lock(mutex_);
  recent_.push_back({.position = position, .change = std::move(change)});
  if (recent_.size() <= most_recent_) return;
  recent_after_ = recent_.front().position;
  while (!recent_.empty() && recent_.front().position <= recent_after_) recent_.pop_front();
}

runtime::Task<std::vector<storage::ProfileFieldChange>> ProfileChanges::load_changes(
    storage::StreamPosition after, storage::StreamPosition until) {
  {
    const std::lock_guard lock(mutex_);
    if (after >= recent_after_) {
      std::vector<storage::ProfileFieldChange> changes;
      auto one = std::ranges::upper_bound(recent_, after, {}, &Recent::position);
      for (; one != recent_.end() && one->position <= until; ++one) changes.push_back(one->change);
      co_return changes;
    }
  }
  co_return co_await ports_.store.load_profile_changes(after, until);
}

runtime::Task<std::map<protocol::UserId, ProfileChanges::Fields>> ProfileChanges::load_fields(
    std::vector<protocol::UserId> users) {
  std::map<protocol::UserId, Fields> fields;
  for (storage::StoredProfilePart& one : co_await ports_.store.load_profiles(std::move(users))) {
    fields[std::move(one.user)].emplace(std::move(one.part.field), std::move(one.part.value));
  }
  co_return fields;
}

}  // namespace chancery::accounts
