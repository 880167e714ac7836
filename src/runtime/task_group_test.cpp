// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_group.hpp"

#include "base/log.hpp"
#include "runtime/simulated_scheduler.hpp"
#include "runtime/wait.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

namespace chancery::runtime {
namespace {

using std::chrono::seconds;

Task<> sleep_until_cancelled(CancelToken cancel, int& ended) {
  struct AtEnd {
    int& ended;
    ~AtEnd() { ++ended; }
  };
  const AtEnd at_end{ended};
  co_await sleep_for(std::chrono::hours(1000), cancel);
}

Task<> count_after(seconds delay, int& count) {
  co_await sleep_for(delay);
  ++count;
}

Task<> fail() {
  throw std::runtime_error("broken task");
  co_return;
}

std::string logged;

}  // namespace

TEST_CASE("stopping a group cancels its tasks and waits for them") {
  SimulatedScheduler scheduler;
  TaskGroup group("sleepers");
  int ended = 0;
  for (int i = 0; i < 3; ++i) {
    group.spawn_on(scheduler, sleep_until_cancelled(group.cancel_token(), ended));
  }
  scheduler.run_ready();
  CHECK(group.running() == 3);

  scheduler.run(group.stop());

  CHECK(ended == 3);
  CHECK(group.running() == 0);
  CHECK(group.failures() == 0);
}

TEST_CASE("joining a group lets its tasks come to their end") {
  SimulatedScheduler scheduler;
  TaskGroup group("counters");
  int count = 0;
  group.spawn_on(scheduler, count_after(seconds(1), count));
  group.spawn_on(scheduler, count_after(seconds(2), count));

  scheduler.run(group.join());

  CHECK(count == 2);
}

TEST_CASE("a task that fails is logged with the group's name, and the group goes on") {
  SimulatedScheduler scheduler;
  TaskGroup group("fragile");
  int count = 0;
  logged.clear();
  base::capture_log([](std::string_view line) { logged += line; });

  group.spawn_on(scheduler, fail());
  group.spawn_on(scheduler, count_after(seconds(1), count));
  scheduler.run(group.join());
  base::capture_log(nullptr);

  CHECK(count == 1);
  CHECK(group.failures() == 1);
  CHECK(logged.find("fragile") != std::string::npos);
  CHECK(logged.find("broken task") != std::string::npos);
}

TEST_CASE("a group with no task stops at once") {
  SimulatedScheduler scheduler;
  TaskGroup group("empty");

  scheduler.run(group.stop());

  CHECK(group.cancel_token().is_cancelled());
}

}  // namespace chancery::runtime
