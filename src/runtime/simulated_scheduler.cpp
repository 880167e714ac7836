// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/simulated_scheduler.hpp"

#include <deque>

namespace chancery::runtime {
namespace {
constexpr std::int64_t kStartMilliseconds = 1'767'225'600'000;
constexpr std::chrono::seconds kOutsidePatience{60};
}  // namespace

base::Timestamp SimulatedClock::now() const { return {kStartMilliseconds + passed_ / 1'000'000}; }

SteadyTime SimulatedClock::steady_now() const {
  // Not zero, so that "an hour ago" is a time as well.
  return SteadyTime(std::chrono::hours(1000) + std::chrono::nanoseconds(passed_));
}

void SimulatedClock::advance(std::chrono::nanoseconds length) { passed_ += length.count(); }

SimulatedScheduler::SimulatedScheduler(std::uint64_t seed)
    : order_(static_cast<std::minstd_rand::result_type>(seed)), shuffled_(seed != 0) {}

SimulatedScheduler::~SimulatedScheduler() {
  // Work that never ran may own tasks whose destructors post.
  const Running running(*this);
  std::deque<std::move_only_function<void()>> left;
  const std::lock_guard lock(mutex_);
  left.swap(ready_);
}

void SimulatedScheduler::post(std::move_only_function<void()> work) {
  // Told under the lock: as soon as it is free the work may run, and the scheduler go with it.
  const std::lock_guard lock(mutex_);
  ready_.push_back(std::move(work));
  posted_.notify_one();
}

Scheduler::TimerId SimulatedScheduler::start_timer(SteadyTime at,
                                                   std::move_only_function<void()> work) {
  return timers_.add(at, std::move(work));
}

bool SimulatedScheduler::cancel_timer(TimerId timer) { return timers_.remove(timer); }

void SimulatedScheduler::count_outside_work(int change) {
  const std::lock_guard lock(mutex_);
  outside_work_ += change;
  posted_.notify_one();
}

bool SimulatedScheduler::run_one() {
  std::move_only_function<void()> work;
  {
    const std::lock_guard lock(mutex_);
    if (ready_.empty()) return false;
    if (shuffled_) std::swap(ready_.front(), ready_[order_() % ready_.size()]);
    work = std::move(ready_.front());
    ready_.pop_front();
  }
  const Running running(*this);
  work();
  return true;
}

bool SimulatedScheduler::run_one_timer() {
  auto due = timers_.take_due(clock_.steady_now());
  if (!due) return false;
  const Running running(*this);
  due();
  return true;
}

bool SimulatedScheduler::wait_for_outside() {
  std::unique_lock lock(mutex_);
  return posted_.wait_for(lock, kOutsidePatience,
                          [this] { return !ready_.empty() || outside_work_ == 0; });
}

// Whether another thread has work is read before what is ready: it posts what came of its work
// before it says that it has done it. In the other order both could come in between, and be passed
// over.
void SimulatedScheduler::run_ready() {
  while (true) {
    const bool has_outside_work = outside_work_ > 0;
    if (run_one() || run_one_timer()) continue;
    if (!has_outside_work || !wait_for_outside()) return;
  }
}

void SimulatedScheduler::run_until(const std::function<bool()>& done) {
  while (!done()) {
    const bool has_outside_work = outside_work_ > 0;  // first, as above
    if (run_one() || run_one_timer()) continue;
    if (has_outside_work) {
      if (wait_for_outside()) continue;
      throw Deadlock("work on another thread did not end");
    }
    const auto next = timers_.find_earliest();
    if (!next) throw Deadlock("nothing is ready, no timer runs, and the task has not ended");
    clock_.advance(*next - clock_.steady_now());
  }
}

void SimulatedScheduler::advance(std::chrono::nanoseconds length) {
  const SteadyTime end = clock_.steady_now() + length;
  run_ready();
  for (auto next = timers_.find_earliest(); next && *next <= end; next = timers_.find_earliest()) {
    clock_.advance(*next - clock_.steady_now());
    run_ready();
  }
  clock_.advance(end - clock_.steady_now());
}

}  // namespace chancery::runtime
