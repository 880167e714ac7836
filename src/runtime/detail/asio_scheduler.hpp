// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The scheduler of one io thread: an io_context for one thread, with our timers on one of Asio's.
//
// Only .cpp files of runtime include this: no other header names Asio.

#include "runtime/detail/timer_queue.hpp"
#include "runtime/scheduler.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace chancery::runtime::detail {

class AsioScheduler final : public Scheduler {
 public:
  AsioScheduler();

  using Scheduler::post;
  void post(std::move_only_function<void()> work) override;
  TimerId start_timer(SteadyTime at, std::move_only_function<void()> work) override;
  bool cancel_timer(TimerId timer) override;
  [[nodiscard]] Clock& clock() override { return clock_; }

  // Runs on the calling thread until `stop`.
  void run();
  void stop();
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  // The current scheduler, which must be one of these.
  [[nodiscard]] static AsioScheduler& current();

 private:
  void arm();
  void run_due();

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  SystemClock clock_;
  TimerQueue timers_;
  boost::asio::steady_timer timer_;
  SteadyTime armed_for_ = SteadyTime::max();
};

}  // namespace chancery::runtime::detail
