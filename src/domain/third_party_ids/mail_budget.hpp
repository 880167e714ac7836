// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Mail budgets: how many mails one address may be sent by strangers' requests.
//
// Whoever asks is limited by the boundary; this protects whoever is written to. What one network
// asks for is counted for itself, and each purpose, so that nobody uses up what the owner of the
// mailbox needs to get a new password. In memory: a restart forgives.
//
// Concurrency: any thread. Bounded: of those who were written to, the longest ago are forgotten.

#include "runtime/clock.hpp"

#include <chrono>
#include <deque>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chancery::third_party_ids {

class MailBudget {
 public:
  static constexpr std::size_t kMost = 5;        // within kSpan, asked for from one network
  static constexpr std::size_t kMostInAll = 20;  // from anywhere
  static constexpr std::chrono::hours kSpan{1};
  static constexpr std::size_t kMostCounted = 20'000;

  struct Wanted {
    std::string purpose;
    std::string address_hash;
    std::string network;  // of whoever asks
  };

  explicit MailBudget(runtime::Clock& clock) : clock_(clock) {}

  // Takes one of the address's; how long to wait when there is none, 0 when it was taken.
  [[nodiscard]] std::chrono::milliseconds take(const Wanted& wanted);

 private:
  struct Counted {
    std::string key;
    std::deque<runtime::SteadyTime> sent;
  };
  // With the mutex held.
  [[nodiscard]] std::chrono::milliseconds wait_of(const std::string& key, std::size_t most,
                                                  runtime::SteadyTime now);
  void count(const std::string& key, runtime::SteadyTime now);

  runtime::Clock& clock_;
  std::mutex mutex_;
  std::list<Counted> counted_;  // written to the longest ago first
  std::unordered_map<std::string, std::list<Counted>::iterator> by_key_;
};

}  // namespace chancery::third_party_ids
