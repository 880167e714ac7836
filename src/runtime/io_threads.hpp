// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Io threads: the threads that run everything that may wait, one scheduler each.
//
// The constructor starts them, and makes the program ignore SIGPIPE: OpenSSL writes to a broken
// connection by write(2).
//
// Concurrency: any thread.
// Lifetime:    stop every task before the io threads go: a task that still waits is forgotten.

#include "runtime/detail/detached.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/task.hpp"

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace chancery::runtime {

class IoThreads {
 public:
  explicit IoThreads(std::size_t count);
  // Stops and joins.
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] Scheduler& at(std::size_t index);
  // One after the other, round and round.
  [[nodiscard]] Scheduler& next();

  // Runs `task` on the first scheduler and blocks the calling thread, which must be no io thread,
  // until it ended; returns its value or throws its exception.
  template <typename Value>
  Value run_until(Task<Value> task) {
    struct Latch {
      std::mutex mutex;
      std::condition_variable ended;
      bool is_ended = false;
    };
    detail::Ending<Value> ending;
    const auto latch = std::make_shared<Latch>();
    at(0).post([task = std::move(task), &ending, latch]() mutable {
      detail::keep_ending(std::move(task), ending, [latch] {
        const std::lock_guard lock(latch->mutex);
        latch->is_ended = true;
        latch->ended.notify_one();
      });
    });
    std::unique_lock lock(latch->mutex);
    latch->ended.wait(lock, [&] { return latch->is_ended; });
    return ending.take();
  }

  // Stops the threads where they are and joins them.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chancery::runtime
