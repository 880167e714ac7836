// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/io_threads.hpp"

#include "runtime/task_group.hpp"
#include "runtime/wait.hpp"
#include "runtime/worker_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

// What crosses threads, crossed by many at once: the thread sanitizer watches these tests.

namespace chancery::runtime {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr int kRounds = 500;

Task<std::thread::id> tell_thread() { co_return std::this_thread::get_id(); }
Task<int> fail() {
  throw std::runtime_error("broken");
  co_return 0;
}

Task<> pass_often(Turnstile& turnstile, int& inside, int& passed) {
  for (int i = 0; i < kRounds; ++i) {
    const Turnstile::Turn turn = co_await turnstile.enter();
    CHECK(++inside == 1);
    co_await yield_now();
    --inside;
    ++passed;
  }
}

// Waits until the bell has rung `times` times, which another task does.
Task<> hear(Bell& bell, std::atomic<int>& count, int times) {
  while (true) {
    const std::uint64_t ticket = bell.ticket();
    if (count >= times) co_return;
    co_await bell.wait(ticket, Scheduler::current().clock().steady_now() + hours(1));
  }
}

Task<> ring_often(Bell& bell, std::atomic<int>& count, int times) {
  for (int i = 0; i < times; ++i) {
    ++count;
    bell.ring();
    if (i % 10 == 0) co_await yield_now();
  }
}

Task<> wait_to_be_cancelled(CancelToken cancel, std::atomic<int>& cancelled) {
  try {
    co_await sleep_for(hours(1), cancel);
  } catch (const Cancelled&) {
    ++cancelled;
  }
}

Task<> work_often(WorkerPool& pool, std::atomic<int>& sum) {
  for (int i = 0; i < kRounds; ++i) sum += co_await pool.run([] { return 1; });
}

Task<> spawn_children(TaskGroup& group, IoThreads& threads, std::atomic<int>& count) {
  const auto child = [](std::atomic<int>& counter) -> Task<> {
    co_await yield_now();
    ++counter;
  };
  for (int i = 0; i < kRounds; ++i) group.spawn_on(threads.next(), child(count));
  co_return;
}

}  // namespace

TEST_CASE("run_until gives a task's value, or its exception, to the calling thread") {
  IoThreads threads(1);

  CHECK(threads.run_until(tell_thread()) != std::this_thread::get_id());
  CHECK_THROWS_WITH_AS(threads.run_until(fail()), "broken", std::runtime_error);
}

TEST_CASE("timers of an io thread run in the order of their times") {
  IoThreads threads(1);
  const auto sleep_both = []() -> Task<std::string> {
    TaskGroup group("test");
    std::string order;
    const auto say = [](std::string& out, char name, milliseconds delay) -> Task<> {
      co_await sleep_for(delay);
      out += name;
    };
    group.spawn(say(order, 'b', milliseconds(20)));
    group.spawn(say(order, 'a', milliseconds(2)));
    group.spawn(say(order, 'c', milliseconds(30)));
    co_await group.join();
    co_return order;
  };

  CHECK(threads.run_until(sleep_both()) == "abc");
}

TEST_CASE("a turnstile is exclusive between threads") {
  IoThreads threads(3);
  TaskGroup group("test");
  Turnstile turnstile;
  int inside = 0;
  int passed = 0;

  for (int i = 0; i < 6; ++i) {
    group.spawn_on(threads.next(), pass_often(turnstile, inside, passed));
  }
  threads.run_until(group.join());

  CHECK(passed == 6 * kRounds);
}

TEST_CASE("no ring of a bell is lost between threads") {
  IoThreads threads(3);
  TaskGroup group("test");
  Bell bell;
  std::atomic<int> count = 0;

  for (int i = 0; i < 3; ++i) group.spawn_on(threads.next(), hear(bell, count, 3 * kRounds));
  for (int i = 0; i < 3; ++i) group.spawn_on(threads.next(), ring_often(bell, count, kRounds));
  threads.run_until(group.join());

  CHECK(count == 3 * kRounds);
}

TEST_CASE("cancelling from another thread ends every sleep") {
  IoThreads threads(2);
  TaskGroup group("test");
  std::atomic<int> cancelled = 0;

  for (int i = 0; i < kRounds; ++i) {
    group.spawn_on(threads.next(), wait_to_be_cancelled(group.cancel_token(), cancelled));
  }
  threads.run_until(group.stop());

  CHECK(cancelled == kRounds);
}

TEST_CASE("a handover crosses from any thread to the waiting one") {
  IoThreads threads(2);
  for (int i = 0; i < kRounds; ++i) {
    Handover<int> handover;
    threads.at(1).post([handover, i]() mutable { handover.set(i); });
    CHECK(threads.run_until(handover.wait()) == i);
  }
}

TEST_CASE("a worker pool serves the tasks of several threads") {
  IoThreads threads(2);
  WorkerPool pool(2);
  TaskGroup group("test");
  std::atomic<int> sum = 0;

  for (int i = 0; i < 4; ++i) group.spawn_on(threads.next(), work_often(pool, sum));
  threads.run_until(group.join());

  CHECK(sum == 4 * kRounds);
}

TEST_CASE("a group may be spawned into from its own tasks on several threads") {
  IoThreads threads(3);
  TaskGroup group("test");
  std::atomic<int> count = 0;

  for (int i = 0; i < 3; ++i) {
    group.spawn_on(threads.next(), spawn_children(group, threads, count));
  }
  threads.run_until(group.join());

  CHECK(count == 3 * kRounds);
}

}  // namespace chancery::runtime
