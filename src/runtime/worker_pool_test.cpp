// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/worker_pool.hpp"

#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace chancery::runtime {

TEST_CASE("work runs on another thread and its value comes back") {
  SimulatedScheduler scheduler;
  WorkerPool pool(2);

  const auto id = scheduler.run(pool.run([] { return std::this_thread::get_id(); }));

  CHECK(id != std::this_thread::get_id());
}

TEST_CASE("an exception of the work is thrown to the awaiting task") {
  SimulatedScheduler scheduler;
  WorkerPool pool(1);

  CHECK_THROWS_WITH_AS(scheduler.run(pool.run([]() -> int { throw std::runtime_error("no"); })),
                       "no", std::runtime_error);
}

TEST_CASE("a pool without threads runs its work at once") {
  SimulatedScheduler scheduler;
  WorkerPool pool(0);

  const auto id = scheduler.run(pool.run([] { return std::this_thread::get_id(); }));

  CHECK(id == std::this_thread::get_id());
}

TEST_CASE("the destructor lets all posted work run") {
  std::atomic<int> ran = 0;

  {
    WorkerPool pool(2);
    for (int i = 0; i < 100; ++i) pool.post([&] { ++ran; });
  }

  CHECK(ran == 100);
}

}  // namespace chancery::runtime
