// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Schedulers: where tasks run. One thread each, or one for a whole simulated world in tests.
//
// Everything that suspends remembers Scheduler::current() and is resumed there.
//
// Concurrency: `post` from any thread; the rest on the scheduler's own thread only.

#include <coroutine>
#include <cstdint>
#include <functional>

#include "runtime/clock.hpp"

namespace chancery::runtime {

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // Runs `work` soon on this scheduler, in the order of posting. May not throw.
  virtual void post(std::move_only_function<void()> work) = 0;
  void post(std::coroutine_handle<> task) {
    post(std::move_only_function<void()>([task] { task.resume(); }));
  }

  using TimerId = std::uint64_t;
  // Runs `work` at `at` or soon after.
  virtual TimerId start_timer(SteadyTime at, std::move_only_function<void()> work) = 0;
  // False if it already ran or was cancelled.
  virtual bool cancel_timer(TimerId timer) = 0;

  [[nodiscard]] virtual Clock& clock() = 0;

  // The scheduler whose work the calling thread is running. Requires: there is one.
  [[nodiscard]] static Scheduler& current();
  [[nodiscard]] static Scheduler* find_current();

 protected:
  // For implementations: sets current() for the calling thread while it lives.
  class Running {
   public:
    explicit Running(Scheduler& scheduler);
    ~Running();
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Scheduler* before_;
  };
};

}  // namespace chancery::runtime
