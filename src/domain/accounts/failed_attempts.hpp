// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Failed attempts: how long an account or an address has to wait after wrong passwords.
//
// The first few are free; then the wait doubles with each. What was long ago is forgotten. What is
// counted for many at once (all strangers who try one account) has more free ones than what is
// counted for one. An attempt counts from its beginning, for it takes a while until it is known
// whether it was right: of many at once no more are made than one after the other.
//
// Concurrency: any thread. Memory is bounded: the oldest are forgotten first.

#include "base/time.hpp"
#include "runtime/clock.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

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

  enum class Of : std::uint8_t { one, many };
  // An attempt that is being made; it counts as a failure until it goes, and beyond if it failed.
  class Attempt {
   public:
    Attempt(Attempt&& other) noexcept
        : of_(std::exchange(other.of_, nullptr)), who_(std::move(other.who_)), kind_(other.kind_) {}
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;
    Attempt& operator=(Attempt&&) = delete;
    ~Attempt() {
      if (of_ != nullptr) of_->end(who_);
    }
    void failed() {
      if (of_ != nullptr) of_->note_failure(who_, kind_);
    }
    // Forgets all failures of whoever it counts for.
    void succeeded() {
      if (of_ != nullptr) of_->forget(who_);
    }

   private:
    friend class FailedAttempts;
    Attempt(FailedAttempts* of, std::string who, Of kind)
        : of_(of), who_(std::move(who)), kind_(kind) {}
    FailedAttempts* of_;
    std::string who_;
    Of kind_ = Of::one;
  };
  // Throws ApiError limit_exceeded with retry_after_ms while `who` must wait, or while as many
  // attempts are being made as are free.
  [[nodiscard]] Attempt begin(std::string who, Of kind = Of::one);

 private:
  struct Failures {
    unsigned count = 0;
    unsigned being_made = 0;
    runtime::SteadyTime last;
    runtime::SteadyTime blocked_until;
  };
  void note_failure(const std::string& who, Of kind);
  void forget(const std::string& who);
  void end(const std::string& who);
  [[nodiscard]] unsigned free_of(Of kind) const {
    return kind == Of::many ? rules_.free_for_many : rules_.free;
  }
  void make_room();

  Rules rules_;
  runtime::Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Failures> failures_;
};

}  // namespace chancery::accounts
