// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Detached coroutines: the outermost frames, started at once and owned by nobody.
//
// Only the runtime makes them: a TaskGroup, or whoever drives a Task to its end from outside.
// Failure: none may leave; the program ends if one does.

#include "runtime/detail/frame_memory.hpp"
#include "runtime/task.hpp"

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace chancery::runtime::detail {

struct Detached {
  struct promise_type : FrameOwner {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

// How a Task ended, kept until somebody asks.
template <typename Value>
struct Ending {
  std::optional<std::conditional_t<std::is_void_v<Value>, bool, Value>> value;
  std::exception_ptr failure;

  [[nodiscard]] bool is_there() const { return value || failure; }
  Value take() {
    if (failure) std::rethrow_exception(std::exchange(failure, {}));
    if constexpr (!std::is_void_v<Value>) return std::move(*value);
  }
};

// Runs `task` and keeps its ending; the task's frame is gone when this ends.
template <typename Value>
Task<> keep_ending_in(Ending<Value>& ending, Task<Value> task) {
  Ending<Value> kept;
  {
    Task<Value> owned = std::move(task);
    try {
      if constexpr (std::is_void_v<Value>) {
        co_await std::move(owned);
        kept.value = true;
      } else {
        kept.value.emplace(co_await std::move(owned));
      }
    } catch (...) {  // whoever takes the ending gets it
      kept.failure = std::current_exception();
    }
  }
  ending = std::move(kept);
}

// Runs `task`, keeps its ending in `ending`, which it then no longer touches, and calls `tell`.
template <typename Value, typename Tell>
Detached keep_ending(Task<Value> task, Ending<Value>& ending, Tell tell) {
  co_await keep_ending_in(ending, std::move(task));
  tell();
}

// Runs `task`, which the caller keeps, up to its first suspension. Nobody awaits its end.
inline void start(Task<>& task) {
  auto awaiter = std::move(task).operator co_await();
  awaiter.await_suspend(std::noop_coroutine()).resume();
}

}  // namespace chancery::runtime::detail
