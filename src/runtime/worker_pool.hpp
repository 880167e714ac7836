// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The worker pool: threads for work that blocks or computes long (password hashes, big reads).
//
// A round trip costs about 12 us of CPU: batch small work.
// Concurrency: run from any scheduler; the awaiting task resumes on its own.
// Lifetime:    the destructor waits for work that runs.

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

#include "runtime/task.hpp"
#include "runtime/wait.hpp"

namespace chancery::runtime {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();

  void post(std::move_only_function<void()> work);

  // Runs `work` on a worker and returns its value, or throws what it threw.
  template <typename Work>
  auto run(Work work) -> Task<std::invoke_result_t<Work>> {
    using Value = std::invoke_result_t<Work>;
    static_assert(!std::is_void_v<Value>, "return something, if only true");
    Handover<Value> result;
    post([result, work = std::move(work)]() mutable {
      try {
        result.set(work());
      } catch (...) {  // handed to the awaiting task, which rethrows it
        result.fail(std::current_exception());
      }
    });
    co_return co_await result.wait();
  }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace chancery::runtime
