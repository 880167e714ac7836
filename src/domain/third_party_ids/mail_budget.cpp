// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/mail_budget.hpp"

#include <algorithm>

namespace chancery::third_party_ids {

std::chrono::milliseconds MailBudget::wait_of(const std::string& key, std::size_t most,
                                              runtime::SteadyTime now) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return {};
  std::deque<runtime::SteadyTime>& sent = found->second->sent;
  while (!sent.empty() && sent.front() + kSpan <= now) sent.pop_front();
  if (sent.size() < most) return {};
  return std::chrono::ceil<std::chrono::milliseconds>(sent.front() + kSpan - now);
}

void MailBudget::count(const std::string& key, runtime::SteadyTime now) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    found->second->sent.push_back(now);
    counted_.splice(counted_.end(), counted_, found->second);
    return;
  }
  while (!counted_.empty() && (counted_.size() >= kMostCounted || counted_.front().sent.empty() ||
                               counted_.front().sent.back() + kSpan <= now)) {
    by_key_.erase(counted_.front().key);
    counted_.pop_front();
  }
  by_key_[key] = counted_.insert(counted_.end(), Counted{.key = key, .sent = {now}});
}

std::chrono::milliseconds MailBudget::take(const Wanted& wanted) {
  const runtime::SteadyTime now = clock_.steady_now();
  // A purpose is one word, and all hashes are as long: no two keys look alike.
  const std::string in_all = wanted.purpose + " " + wanted.address_hash;
  const std::string from_there = in_all + " / " + wanted.network;
  const std::lock_guard lock(mutex_);
  const auto wait = std::max(wait_of(in_all, kMostInAll, now), wait_of(from_there, kMost, now));
  if (wait.count() > 0) return wait;
  count(in_all, now);
  count(from_there, now);
  return {};
}

}  // namespace chancery::third_party_ids
