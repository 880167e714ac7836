// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A scheduler for tests: one thread, a virtual clock, an order that a seed decides.
//
// Ready work runs in an order drawn from the seed (seed 0: in the order of posting). When nothing
// is ready, the clock jumps to the next timer; when there is none, `run` throws Deadlock. While
// OutsideWork is counted, it waits for the other thread instead.
//
// Concurrency: post and the clock from any thread, the rest from the thread of the test.

#include "runtime/detail/detached.hpp"
#include "runtime/detail/timer_queue.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/task.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <vector>

namespace chancery::runtime {

struct Deadlock : std::logic_error {
  using std::logic_error::logic_error;
};

// A clock that stands until it is moved. Starts at 2026-01-01 00:00 UTC.
class SimulatedClock final : public Clock {
 public:
  [[nodiscard]] base::Timestamp now() const override;
  [[nodiscard]] SteadyTime steady_now() const override;
  // Moves both times forward.
  void advance(std::chrono::nanoseconds length);

 private:
  std::atomic<std::int64_t> passed_ = 0;  // nanoseconds
};

class SimulatedScheduler final : public Scheduler {
 public:
  explicit SimulatedScheduler(std::uint64_t seed = 0);
  ~SimulatedScheduler() override;

  using Scheduler::post;
  void post(std::move_only_function<void()> work) override;
  TimerId start_timer(SteadyTime at, std::move_only_function<void()> work) override;
  bool cancel_timer(TimerId timer) override;
  [[nodiscard]] SimulatedClock& clock() override { return clock_; }
  void count_outside_work(int change) override;

  // Drives everything until `task` has ended; returns its value or throws its exception. Throws
  // Deadlock when nothing can happen any more; the task is then destroyed where it waits.
  template <typename Value>
  Value run(Task<Value> task) {
    detail::Ending<Value> ending;
    Task<> keeping = detail::keep_ending_in(ending, std::move(task));
    post([&keeping] { detail::start(keeping); });
    run_until([&] { return ending.is_there(); });
    return ending.take();
  }
  // Drives everything until `done` says so. Throws Deadlock.
  void run_until(const std::function<bool()>& done);
  // Runs what is ready, and what that makes ready, without moving the clock.
  void run_ready();
  // Moves the clock by `length`, running timers at their times and all that becomes ready.
  void advance(std::chrono::nanoseconds length);

 private:
  bool run_one();
  bool run_one_timer();
  // Until something is posted or outside work has ended. False: neither came within a time far
  // longer than any test needs.
  bool wait_for_outside();

  SimulatedClock clock_;
  std::minstd_rand order_;
  const bool shuffled_;
  detail::TimerQueue timers_;
  std::mutex mutex_;
  std::condition_variable posted_;
  std::deque<std::move_only_function<void()>> ready_;
  std::atomic<int> outside_work_ = 0;  // changes under the mutex
};

}  // namespace chancery::runtime
