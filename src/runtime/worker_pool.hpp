// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The worker pool: threads for work that blocks or computes long (password hashes, big reads).
//
// A round trip costs about 12 us of CPU: batch small work.
// Concurrency: run from any scheduler; the awaiting task resumes on its own.
// Lifetime:    the destructor waits until all work posted has run; destroy the pool before the
//              schedulers whose tasks wait for it.

#include "runtime/task.hpp"
#include "runtime/wait.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

namespace chancery::runtime {

class WorkerPool {
 public:
  // With 0 threads, work runs at once on the posting thread: for tests.
  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void post(std::move_only_function<void()> work);

  // Runs `work` on a worker and returns its value, or throws what it threw.
  template <typename Work>
  auto run(Work work) -> Task<std::invoke_result_t<Work>> {
    using Value = std::invoke_result_t<Work>;
    static_assert(!std::is_void_v<Value>, "return something, if only true");
    Handover<Value> result;
    const OutsideWork counted;
    post([result, work = std::move(work)]() mutable {
      std::optional<Value> value;
      std::exception_ptr failure;
      try {
        value.emplace(work());
      } catch (...) {  // handed to the awaiting task, which rethrows it
        failure = std::current_exception();
      }
      // Beyond the handler: from here on the exception is the other thread's alone.
      if (failure) {
        result.fail(std::move(failure));
      } else {
        result.set(std::move(*value));
      }
    });
    co_return co_await result.wait();
  }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chancery::runtime
