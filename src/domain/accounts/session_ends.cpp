// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/session_ends.hpp"

#include <algorithm>

namespace chancery::accounts {
namespace {

bool is_gone(const std::weak_ptr<SessionWatch>& watch) { return watch.expired(); }

}  // namespace

SessionWatchPtr SessionEnds::watch(const protocol::UserId& user, const protocol::DeviceId& device) {
  auto fresh = std::make_shared<SessionWatch>(device);
  const std::lock_guard lock(mutex_);
  if (by_user_.size() >= sweep_at_) {
    std::erase_if(by_user_,
                  [](const auto& entry) { return std::ranges::all_of(entry.second, is_gone); });
    sweep_at_ = std::max<std::size_t>(1'024, by_user_.size() * 2);
  }
  Watches& watches = by_user_[user];
  std::erase_if(watches, is_gone);
  watches.push_back(fresh);
  return fresh;
}

std::vector<SessionWatchPtr> SessionEnds::watches_of(const protocol::UserId& user) {
  std::vector<SessionWatchPtr> living;
  const std::lock_guard lock(mutex_);
  const auto found = by_user_.find(user);
  if (found == by_user_.end()) return living;
  for (const std::weak_ptr<SessionWatch>& watch : found->second) {
    if (SessionWatchPtr held = watch.lock()) living.push_back(std::move(held));
  }
  return living;
}

// Outside of the lock: what a watch wakes may ask for another one.
void SessionEnds::end(const protocol::UserId& user, const protocol::DeviceId& device) {
  for (const SessionWatchPtr& watch : watches_of(user)) {
    if (watch->device() == device) watch->end();
  }
}

void SessionEnds::end(const protocol::UserId& user) {
  for (const SessionWatchPtr& watch : watches_of(user)) watch->end();
}

}  // namespace chancery::accounts
