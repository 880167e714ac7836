// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Tasks: lazily started coroutines that a caller awaits.
//
// A Task does nothing until it is awaited (or given to a TaskGroup). It is owned by whoever holds
// it; its frame dies with it. Parameters of a coroutine are taken by value, or by reference only to
// what outlives the TaskGroup it runs in.
//
// Concurrency: a Task runs on the scheduler of its awaiter; awaiting resumes by symmetric transfer.
// Failure:     an exception leaves at the co_await.

#include "base/assert.hpp"
#include "runtime/detail/frame_memory.hpp"

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace chancery::runtime {

template <typename Value = void>
class Task;

namespace detail {

struct TaskPromiseBase : FrameOwner {
  std::coroutine_handle<> awaiter = std::noop_coroutine();
  std::exception_ptr failure;

  struct Final {
    bool await_ready() noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
      return self.promise().awaiter;
    }
    void await_resume() noexcept {}
  };
  std::suspend_always initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }
};

template <typename Value>
struct TaskPromise : TaskPromiseBase {
  std::optional<Value> value;
  Task<Value> get_return_object() noexcept;
  template <typename From>
  void return_value(From&& from) {
    value.emplace(std::forward<From>(from));
  }
  Value take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace detail

template <typename Value>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<Value>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() noexcept = default;
  explicit Task(Handle handle) noexcept : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  // Starts the task and waits for its end. Once only.
  auto operator co_await() && noexcept {
    struct Awaiter {
      Handle handle;
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
        handle.promise().awaiter = awaiter;
        return handle;
      }
      Value await_resume() { return handle.promise().take(); }
    };
    CHANCERY_ASSERT(handle_ && !handle_.done());
    return Awaiter{handle_};
  }

 private:
  Handle handle_;
};

template <typename Value>
Task<Value> detail::TaskPromise<Value>::get_return_object() noexcept {
  return Task<Value>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> detail::TaskPromise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace chancery::runtime
