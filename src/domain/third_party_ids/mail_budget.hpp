// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mail budgets: how many mails one address may be sent by strangers' requests.
//
// Whoever asks is limited by the boundary; this protects whoever is written to. In memory: a
// restart forgives.
//
// Concurrency: any thread.

#include "runtime/clock.hpp"

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chancery::third_party_ids {

class MailBudget {
 public:
  static constexpr std::size_t kMost = 5;  // within kSpan
  static constexpr std::chrono::hours kSpan{1};
  static constexpr std::size_t kMostAddresses = 10'000;

  explicit MailBudget(runtime::Clock& clock) : clock_(clock) {}

  // Takes one of the address's; how long to wait when there is none, 0 when it was taken.
  [[nodiscard]] std::chrono::milliseconds take(const std::string& address_hash);

 private:
  runtime::Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<runtime::SteadyTime>> sent_;
};

}  // namespace chancery::third_party_ids
