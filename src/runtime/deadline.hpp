// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Deadlines: one token for all waits of an operation that has to end in time.
//
// The token is cancelled when the time is over, or when the outer token is; `has_passed` tells
// which it was.
//
// Concurrency: made, asked and destroyed on one scheduler; the outer token from any thread.

#include "base/time.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/scheduler.hpp"

#include <memory>

namespace chancery::runtime {

class [[nodiscard]] Deadline {
 public:
  explicit Deadline(base::Milliseconds length, const CancelToken& outer = {});
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] CancelToken token() const { return source_.token(); }
  [[nodiscard]] bool has_passed() const { return *passed_; }
  // Never negative.
  [[nodiscard]] base::Milliseconds left() const;

 private:
  CancelSource source_;
  std::shared_ptr<bool> passed_ = std::make_shared<bool>(false);
  Scheduler& scheduler_;
  SteadyTime at_;
  Scheduler::TimerId timer_;
  CancelCallback on_cancel_;
};

}  // namespace chancery::runtime
