// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Detached coroutines: the outermost frames, started at once and owned by nobody.
//
// Only the runtime makes them: a TaskGroup, or whoever drives a Task to its end from outside.
// Failure: none may leave; the program ends if one does.

#include "runtime/task.hpp"

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace chancery::runtime::detail {

struct Detached {
  struct promise_type {
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
    if (failure) std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<Value>) return std::move(*value);
  }
};

// Runs `task`, keeps its ending, then calls `tell`.
template <typename Value, typename Tell>
Detached keep_ending(Task<Value> task, std::shared_ptr<Ending<Value>> ending, Tell tell) {
  {
    Task<Value> owned = std::move(task);  // its frame is gone before anybody is told
    try {
      if constexpr (std::is_void_v<Value>) {
        co_await std::move(owned);
        ending->value = true;
      } else {
        ending->value.emplace(co_await std::move(owned));
      }
    } catch (...) {  // whoever takes the ending gets it
      ending->failure = std::current_exception();
    }
  }
  tell();
}

}  // namespace chancery::runtime::detail
