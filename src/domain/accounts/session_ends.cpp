// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/session_ends.hpp"

#include <algorithm>

namespace chancery::accounts {
namespace {

bool is_gone(const std::weak_ptr<SessionWatch>& watch) { return watch.expired(); }

}  // namespace

SessionWatchPtr SessionEnds::watch(const protocol::UserId& user, const protocol::DeviceId& device,
                                   std::uint64_t seen_at) {
  auto fresh = std::make_shared<SessionWatch>(device);
  const std::lock_guard lock(mutex_);
  if (seen_at != 0 && has_ended_since(seen_at, user, device)) {
    fresh->end();  // nobody waits by it yet
    return fresh;
  }
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

bool SessionEnds::has_ended_since(std::uint64_t seen_at, const protocol::UserId& user,
                                  const protocol::DeviceId& device) const {
  if (seen_at <= forgotten_) return true;
  for (auto end = ends_.rbegin(); end != ends_.rend() && end->at >= seen_at; ++end) {
    if (end->user == user && end->device.value_or(device) == device) return true;
  }
  return false;
}

std::vector<SessionWatchPtr> SessionEnds::note(Ended ended) {
  std::vector<SessionWatchPtr> living;
  const std::lock_guard lock(mutex_);
  const auto found = by_user_.find(ended.user);
  if (found != by_user_.end()) {
    for (const std::weak_ptr<SessionWatch>& watch : found->second) {
      SessionWatchPtr held = watch.lock();
      if (held && ended.device.value_or(held->device()) == held->device()) {
        living.push_back(std::move(held));
      }
    }
  }
  if (ends_.size() >= kMostRemembered) {
    forgotten_ = ends_.front().at;
    ends_.pop_front();
  }
  ended.at = now_++;
  ends_.push_back(std::move(ended));
  return living;
}

// Outside of the lock: what a watch wakes may ask for another one.
void SessionEnds::end(const protocol::UserId& user, const protocol::DeviceId& device) {
  for (const SessionWatchPtr& watch : note({.user = user, .device = device})) watch->end();
}

void SessionEnds::end(const protocol::UserId& user) {
  for (const SessionWatchPtr& watch : note({.user = user, .device = {}})) watch->end();
}

}  // namespace chancery::accounts
