// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/outages.hpp"

#include <algorithm>

namespace chancery::federation {

bool Outages::may_ask(const protocol::ServerName& server, base::Milliseconds patience) {
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  const auto found = outages_.find(server);
  if (found == outages_.end() || found->second.failures < limits_.failures) return true;
  if (now < found->second.until) return false;
  found->second.until = now + patience;
  return true;
}

void Outages::note_answer(const protocol::ServerName& server) {
  const std::lock_guard lock(mutex_);
  outages_.erase(server);
}

void Outages::note_failure(const protocol::ServerName& server) {
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  if (!outages_.contains(server) && outages_.size() >= limits_.most) {
    outages_.erase(
        std::ranges::min_element(outages_, {}, [](const auto& each) { return each.second.until; }));
  }
  Outage& outage = outages_[server];
  ++outage.failures;
  outage.until = now;
  if (outage.failures < limits_.failures) return;
  constexpr unsigned kMostDoublings = 10;
  const unsigned doublings = std::min(outage.failures - limits_.failures, kMostDoublings);
  outage.until += std::min(limits_.first_pause * (1U << doublings), limits_.longest_pause);
}

}  // namespace chancery::federation
