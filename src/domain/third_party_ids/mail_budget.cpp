// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/mail_budget.hpp"

namespace chancery::third_party_ids {

std::chrono::milliseconds MailBudget::take(const std::string& address_hash) {
  const runtime::SteadyTime now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  if (sent_.size() >= kMostAddresses) {
    std::erase_if(sent_, [&](const auto& entry) { return entry.second.back() + kSpan <= now; });
  }
  // Rather nobody is written to than anybody without bound.
  if (sent_.size() >= kMostAddresses && !sent_.contains(address_hash))
    return std::chrono::minutes(1);
  std::deque<runtime::SteadyTime>& sent = sent_[address_hash];
  while (!sent.empty() && sent.front() + kSpan <= now) sent.pop_front();
  if (sent.size() >= kMost) {
    return std::chrono::ceil<std::chrono::milliseconds>(sent.front() + kSpan - now);
  }
  sent.push_back(now);
  return {};
}

}  // namespace chancery::third_party_ids
