// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A parked task: one that waits for the first of several things to happen.
//
// The first outcome wins; later ones find the task gone and do nothing.
//
// Concurrency: the outcome is decided on the task's own scheduler, so no lock is needed; `wake` may
//              be called from any thread and posts there.

#include "runtime/scheduler.hpp"

#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>

namespace chancery::runtime::detail {

enum class Outcome : std::uint8_t { pending, woken, timed_out, cancelled };

struct Parked {
  Scheduler* scheduler = &Scheduler::current();
  std::coroutine_handle<> task;
  std::optional<Scheduler::TimerId> timer;
  Outcome outcome = Outcome::pending;

  // On the task's scheduler, while the task is suspended.
  void finish(Outcome how) {
    if (outcome != Outcome::pending) return;
    outcome = how;
    if (timer && how != Outcome::timed_out) scheduler->cancel_timer(*timer);
    task.resume();
  }
};

inline void wake(std::shared_ptr<Parked> parked, Outcome how) {
  Scheduler& scheduler = *parked->scheduler;
  scheduler.post([parked = std::move(parked), how] { parked->finish(how); });
}

// Suspends until the first outcome; SteadyTime::max() never comes. Whoever awaits it holds
// `parked`.
struct Park {
  const std::shared_ptr<Parked>& parked;
  SteadyTime deadline = SteadyTime::max();

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> task) {
    parked->task = task;

    if (deadline == SteadyTime::max()) return;
    parked->timer = parked->scheduler->start_timer(
        deadline, [parked = parked] { parked->finish(Outcome::timed_out); });
  }
  Outcome await_resume() const noexcept { return parked->outcome; }
};

}  // namespace chancery::runtime::detail
