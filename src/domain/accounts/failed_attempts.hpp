// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Failed attempts: how long an account or an address has to wait after wrong passwords.
//
// The first few are free; then the wait doubles with each. What was long ago is forgotten. What is
// counted for many at once (all strangers who try one account) has more free ones than what is
// counted for one.
//
// Concurrency: any thread. Memory is bounded: the oldest are forgotten first.

#include "base/time.hpp"
#include "runtime/clock.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chancery::accounts {

class FailedAttempts {
 public:
  struct Rules {
    enum class Enabled : std::uint8_t { no, yes } enabled = Enabled::yes;
    unsigned free = 5;
    unsigned free_for_many = 50;
    base::Milliseconds first_wait = std::chrono::seconds(1);
    base::Milliseconds longest_wait = std::chrono::minutes(15);
    base::Milliseconds forget_after = std::chrono::hours(1);
    std::size_t most = 65'536;
  };
  FailedAttempts(Rules rules, runtime::Clock& clock) : rules_(rules), clock_(clock) {}

  // Throws ApiError limit_exceeded with retry_after_ms while `who` must wait.
  void require_patience(const std::string& who) const;
  enum class Of : std::uint8_t { one, many };
  void note_failure(const std::string& who, Of of = Of::one);
  void forget(const std::string& who);

 private:
  struct Failures {
    unsigned count = 0;
    runtime::SteadyTime last;
    runtime::SteadyTime blocked_until;
  };
  void make_room();

  Rules rules_;
  runtime::Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Failures> failures_;
};

}  // namespace chancery::accounts
