// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Schedulers: where tasks run. One thread each, or one for a whole simulated world in tests.
//
// Everything that suspends remembers Scheduler::current() and is resumed there.
//
// Concurrency: `post` from any thread; the rest on the scheduler's own thread only.

#include "runtime/clock.hpp"

#include <coroutine>
#include <cstdint>
#include <functional>
#include <utility>

namespace chancery::runtime {

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  // Runs `work` soon on this scheduler. May not throw. A simulated scheduler shuffles what is
  // ready: rely on no order between two posts.
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

  // Another thread was given work from here (+1), or has done it and posted what comes of it (-1).
  // A simulated scheduler lets no virtual time pass meanwhile; the others need not know. From any
  // thread.
  virtual void count_outside_work(int /*change*/) {}

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

// Counts work on another thread that the current scheduler gave to it, while it lives. May go along
// to that thread and end there; the scheduler must live until then.
class [[nodiscard]] OutsideWork {
 public:
  OutsideWork() : scheduler_(&Scheduler::current()) { scheduler_->count_outside_work(+1); }
  ~OutsideWork() {
    if (scheduler_ != nullptr) scheduler_->count_outside_work(-1);
  }
  OutsideWork(OutsideWork&& other) noexcept
      : scheduler_(std::exchange(other.scheduler_, nullptr)) {}
  OutsideWork& operator=(OutsideWork&& other) noexcept {
    std::swap(scheduler_, other.scheduler_);
    return *this;
  }

 private:
  Scheduler* scheduler_;  // null: moved from
};

}  // namespace chancery::runtime
