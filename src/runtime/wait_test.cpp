// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/wait.hpp"

#include "runtime/simulated_scheduler.hpp"
#include "runtime/task_group.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace chancery::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Task<std::string> sleep_and_say(CancelToken cancel) {
  try {
    co_await sleep_for(seconds(10), cancel);
  } catch (const Cancelled&) {
    co_return "cancelled";
  }
  co_return "slept";
}

Task<> ring_after(Bell& bell, milliseconds delay) {
  co_await sleep_for(delay);
  bell.ring();
}

Task<> cancel_after(CancelSource& source, milliseconds delay) {
  co_await sleep_for(delay);
  source.cancel();
}

Task<WaitResult> wait_one_second(Bell& bell, std::uint64_t ticket, CancelToken cancel) {
  co_return co_await bell.wait(ticket, Scheduler::current().clock().steady_now() + seconds(1),
                               cancel);
}

Task<> count_when_woken(Bell& bell, int& woken) {
  co_await bell.wait(bell.ticket());
  ++woken;
}

Task<> pass_through(Turnstile& turnstile, std::string& trace, char name) {
  const Turnstile::Turn turn = co_await turnstile.enter();
  trace += name;
  co_await sleep_for(milliseconds(5));
  trace += name;
}

}  // namespace

TEST_CASE("a sleep ends early when it is cancelled") {
  SimulatedScheduler scheduler;
  TaskGroup group("test");
  CancelSource source;
  group.spawn_on(scheduler, cancel_after(source, milliseconds(5)));
  const auto before = scheduler.clock().steady_now();

  CHECK(scheduler.run(sleep_and_say(source.token())) == "cancelled");
  CHECK(scheduler.clock().steady_now() - before == milliseconds(5));
  CHECK(scheduler.run(sleep_and_say({})) == "slept");
}

TEST_CASE("a sleep with a cancelled token does not begin") {
  SimulatedScheduler scheduler;
  CancelSource source;
  source.cancel();
  const auto before = scheduler.clock().steady_now();

  CHECK(scheduler.run(sleep_and_say(source.token())) == "cancelled");
  CHECK(scheduler.clock().steady_now() == before);
}

TEST_CASE("a bell wakes every waiter, and waiting times out without it") {
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
    SimulatedScheduler scheduler(seed);
    TaskGroup group("test");
    Bell bell;

    group.spawn_on(scheduler, ring_after(bell, milliseconds(20)));
    CHECK(scheduler.run(wait_one_second(bell, bell.ticket(), {})) == WaitResult::woken);
    CHECK(scheduler.run(wait_one_second(bell, bell.ticket(), {})) == WaitResult::timed_out);
  }
}

TEST_CASE("a bell that rang since the ticket was taken does not make wait") {
  SimulatedScheduler scheduler;
  Bell bell;
  const std::uint64_t ticket = bell.ticket();
  const auto before = scheduler.clock().steady_now();

  bell.ring();

  CHECK(scheduler.run(wait_one_second(bell, ticket, {})) == WaitResult::woken);
  CHECK(scheduler.clock().steady_now() == before);
}

TEST_CASE("many bells that ring at once wake everyone who waits, and each once") {
  for (const std::uint64_t seed : {0U, 1U, 2U}) {
    SimulatedScheduler scheduler(seed);
    TaskGroup group("test");
    std::vector<std::shared_ptr<Bell>> bells;
    int woken = 0;
    for (int i = 0; i < 100; ++i) {
      bells.push_back(std::make_shared<Bell>());
      for (int waiter = 0; waiter < 2; ++waiter) {
        group.spawn_on(scheduler, count_when_woken(*bells.back(), woken));
      }
    }
    bells.push_back(std::make_shared<Bell>());  // for which nobody waits
    scheduler.run_ready();
    const std::uint64_t before = bells.back()->ticket();

    Bell::ring_all(bells);
    Bell::ring_all(bells);
    scheduler.run(group.join());

    CHECK(woken == 200);
    CHECK(bells.back()->ticket() == before + 2);
  }
}

TEST_CASE("a long row of woken tasks lets other work of its scheduler in between") {
  SimulatedScheduler scheduler;
  TaskGroup group("test");
  std::vector<std::shared_ptr<Bell>> bells;
  int woken = 0;
  for (int i = 0; i < 100; ++i) {
    bells.push_back(std::make_shared<Bell>());
    group.spawn_on(scheduler, count_when_woken(*bells.back(), woken));
  }
  scheduler.run_ready();

  Bell::ring_all(bells);
  int woken_before = 0;
  scheduler.post([&] { woken_before = woken; });
  scheduler.run(group.join());

  CHECK(woken_before < 100);
  CHECK(woken == 100);
}

TEST_CASE("a wait for a bell throws Cancelled when its token is cancelled") {
  SimulatedScheduler scheduler;
  TaskGroup group("test");
  Bell bell;
  CancelSource source;
  group.spawn_on(scheduler, cancel_after(source, milliseconds(5)));

  CHECK_THROWS_AS(scheduler.run(wait_one_second(bell, bell.ticket(), source.token())), Cancelled);
}

TEST_CASE("a turnstile lets one task in at a time, in the order of asking") {
  SimulatedScheduler scheduler;
  TaskGroup group("test");
  Turnstile turnstile;
  std::string trace;

  for (const char name : {'a', 'b', 'c'}) {
    group.spawn_on(scheduler, pass_through(turnstile, trace, name));
  }
  scheduler.run(group.join());

  CHECK(trace == "aabbcc");
}

TEST_CASE("a turnstile is exclusive whatever the order of scheduling") {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    SimulatedScheduler scheduler(seed);
    TaskGroup group("test");
    Turnstile turnstile;
    std::string trace;

    for (const char name : {'a', 'b', 'c', 'd'}) {
      group.spawn_on(scheduler, pass_through(turnstile, trace, name));
    }
    scheduler.run(group.join());

    REQUIRE(trace.size() == 8);
    for (std::size_t i = 0; i < trace.size(); i += 2) CHECK(trace[i] == trace[i + 1]);
  }
}

TEST_CASE("a handover gives what was set before and after the wait began") {
  SimulatedScheduler scheduler;
  Handover<int> before;
  before.set(1);
  Handover<int> after;
  scheduler.start_timer(scheduler.clock().steady_now() + seconds(1),
                        [after]() mutable { after.set(2); });

  CHECK(scheduler.run(before.wait()) == 1);
  CHECK(scheduler.run(after.wait()) == 2);
}

TEST_CASE("a failed handover throws at the wait") {
  SimulatedScheduler scheduler;
  Handover<int> handover;

  handover.fail(std::make_exception_ptr(std::runtime_error("no")));

  CHECK_THROWS_WITH_AS(scheduler.run(handover.wait()), "no", std::runtime_error);
}

}  // namespace chancery::runtime
