// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/deadline.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "runtime/wait.hpp"

#include <doctest/doctest.h>

namespace chancery::runtime {
namespace {

using std::chrono::seconds;

// Waits longer than the deadline allows; whether it was the deadline that ended it.
Task<bool> wait_within(seconds length, CancelToken outer) {
  const Deadline deadline(length, outer);
  try {
    co_await sleep_for(std::chrono::hours(1), deadline.token());
  } catch (const Cancelled&) {  // what the test looks for
    co_return deadline.has_passed();
  }
  FAIL("nothing ended the wait");
  co_return false;
}

Task<base::Milliseconds> look_later(seconds length, seconds later) {
  const Deadline deadline(length);
  co_await sleep_for(later);
  co_return deadline.left();
}

}  // namespace

TEST_CASE("a deadline ends a wait when its time is over") {
  SimulatedScheduler scheduler;
  const auto before = scheduler.clock().steady_now();

  CHECK(scheduler.run(wait_within(seconds(3), {})));

  CHECK(scheduler.clock().steady_now() - before == seconds(3));
}

TEST_CASE("a deadline passes an outer cancellation on and says that it was not the time") {
  SimulatedScheduler scheduler;
  CancelSource outer;
  scheduler.post([&outer] { outer.cancel(); });

  CHECK_FALSE(scheduler.run(wait_within(seconds(3), outer.token())));
}

TEST_CASE("a deadline knows what is left, and never less than nothing") {
  SimulatedScheduler scheduler;

  CHECK(scheduler.run(look_later(seconds(3), seconds(1))) == seconds(2));
  CHECK(scheduler.run(look_later(seconds(3), seconds(9))) == seconds(0));
}
}  // namespace chancery::runtime
