// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/simulated_scheduler.hpp"

#include "runtime/wait.hpp"
#include "runtime/worker_pool.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <utility>

namespace chancery::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

Task<int> give(int value) { co_return value; }
Task<int> add(int left, int right) { co_return co_await give(left) + co_await give(right); }
Task<int> fail_with(std::string text) {
  throw std::runtime_error(text);
  co_return 0;
}
Task<> wait_for_ever() {
  Bell bell;
  co_await bell.wait(bell.ticket());
}

std::string order_of_ten_posts(std::uint64_t seed) {
  SimulatedScheduler scheduler(seed);
  std::string order;
  for (char name = 'a'; name < 'k'; ++name) scheduler.post([&order, name] { order += name; });
  scheduler.run_ready();
  return order;
}

}  // namespace

TEST_CASE("run returns the value of a task and throws its exception") {
  SimulatedScheduler scheduler;

  CHECK(scheduler.run(add(2, 3)) == 5);
  CHECK_THROWS_WITH_AS(scheduler.run(fail_with("broken")), "broken", std::runtime_error);
}

TEST_CASE("sleeping moves the virtual clock and takes no time") {
  SimulatedScheduler scheduler;
  const auto before = scheduler.clock().now();
  const auto sleep = []() -> Task<> { co_await sleep_for(hours(24)); };

  scheduler.run(sleep());

  CHECK(scheduler.clock().now() - before == hours(24));
}

TEST_CASE("a task that nothing can wake is a deadlock") {
  SimulatedScheduler scheduler;

  CHECK_THROWS_AS(scheduler.run(wait_for_ever()), Deadlock);
}

TEST_CASE("a seed decides the order of ready work, and repeats it") {
  CHECK(order_of_ten_posts(0) == "abcdefghij");
  CHECK(order_of_ten_posts(1) == order_of_ten_posts(1));
  CHECK(order_of_ten_posts(1) != order_of_ten_posts(2));
}

TEST_CASE("timers run at their time, in order, and not when cancelled") {
  SimulatedScheduler scheduler;
  const auto now = scheduler.clock().steady_now();
  std::string order;
  scheduler.start_timer(now + milliseconds(30), [&] { order += 'c'; });
  scheduler.start_timer(now + milliseconds(10), [&] { order += 'a'; });
  const auto second = scheduler.start_timer(now + milliseconds(20), [&] { order += 'b'; });

  CHECK(scheduler.cancel_timer(second));
  CHECK_FALSE(scheduler.cancel_timer(second));
  scheduler.advance(milliseconds(29));

  CHECK(order == "a");
  scheduler.advance(milliseconds(1));
  CHECK(order == "ac");
}

TEST_CASE("virtual time stands while another thread works for a task") {
  SimulatedScheduler scheduler;
  WorkerPool pool(1);
  scheduler.start_timer(scheduler.clock().steady_now() + hours(1), [] {});
  const auto before = scheduler.clock().steady_now();

  const int value = scheduler.run(pool.run([] { return 7; }));

  CHECK(value == 7);
  CHECK(scheduler.clock().steady_now() == before);
}

TEST_CASE("outside work may go on after its answer, and end on the other thread") {
  SimulatedScheduler scheduler;
  WorkerPool pool(1);
  std::binary_semaphore go_on{0};
  bool is_followed = false;
  const std::function<void()> follow = [&] {
    go_on.acquire();
    scheduler.post([&] { is_followed = true; });
  };
  constexpr auto kGiveAway = [](WorkerPool& to, const std::function<void()>& what) -> Task<> {
    auto work = std::make_shared<OutsideWork>();
    co_await to.run([] { return true; });
    to.post([&what, work = std::move(work)]() mutable {
      what();
      work.reset();
    });
  };

  scheduler.run(kGiveAway(pool, follow));
  CHECK_FALSE(is_followed);
  go_on.release();
  scheduler.run_ready();

  CHECK(is_followed);
}

TEST_CASE("what another thread has done is found, however close it came to the end of its work") {
  SimulatedScheduler scheduler;
  WorkerPool pool(1);
  const auto ask_often = [](WorkerPool& workers) -> Task<int> {
    int answers = 0;
    for (int i = 0; i < 50'000; ++i) {
      Handover<int> one;
      workers.post([one, work = OutsideWork()]() mutable {
        one.set(1);
        const OutsideWork done = std::move(work);
      });
      answers += co_await one.wait();
    }
    co_return answers;
  };

  // Or it would be a deadlock: no timer runs.
  CHECK(scheduler.run(ask_often(pool)) == 50'000);
}

}  // namespace chancery::runtime
