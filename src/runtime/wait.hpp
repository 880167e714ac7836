// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Waiting: for a time, for a value from another thread, for a turn, for news.
//
// Concurrency: the waiting side runs on its own scheduler; set, wake and unlock from any thread.

#include "runtime/cancellation.hpp"
#include "runtime/clock.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace chancery::runtime {

// Throws Cancelled when `cancel` is cancelled first.
Task<> sleep_until(SteadyTime at, CancelToken cancel = {});
Task<> sleep_for(base::Milliseconds length, CancelToken cancel = {});
// Lets other work of this scheduler run first.
Task<> yield_now();

enum class WaitResult : std::uint8_t { woken, timed_out };

// A bell that may ring many times. `wait` returns when it rang since the `ticket` was taken, so
// news between taking the ticket and waiting is not lost.
class Bell {
 public:
  Bell();
  [[nodiscard]] std::uint64_t ticket() const;
  void ring();
  // Rings each of them. For many at once: each scheduler is told once, not once for each task.
  static void ring_all(std::span<const std::shared_ptr<Bell>> bells);
  // Throws Cancelled. SteadyTime::max() never comes.
  Task<WaitResult> wait(std::uint64_t ticket, SteadyTime deadline, CancelToken cancel = {});
  Task<> wait(std::uint64_t ticket, CancelToken cancel = {});

 private:
  struct State;
  std::shared_ptr<State> state_;
};

namespace detail {
struct TurnstileState;
}  // namespace detail

// A turnstile: one task at a time is inside, in the order of asking. This is what makes a room an
// actor. Unlike a mutex it may be held across a co_await.
class Turnstile {
 public:
  Turnstile();
  class [[nodiscard]] Turn {
   public:
    Turn() = default;
    Turn(Turn&& other) noexcept;
    Turn& operator=(Turn&& other) noexcept;
    ~Turn();

   private:
    friend class Turnstile;
    explicit Turn(std::shared_ptr<detail::TurnstileState> inside) : inside_(std::move(inside)) {}
    std::shared_ptr<detail::TurnstileState> inside_;
  };
  Task<Turn> enter();

 private:
  std::shared_ptr<detail::TurnstileState> state_;
};

// One value (or exception) handed from any thread to one waiting task.
template <typename Value>
class Handover {
 public:
  Handover() : state_(std::make_shared<State>()) {}

  void set(Value value) {
    finish([&](State& state) { state.value.emplace(std::move(value)); });
  }
  void fail(std::exception_ptr failure) {
    finish([&](State& state) { state.failure = std::move(failure); });
  }

  // Waits for set or fail. Once only.
  Task<Value> wait() {
    struct Awaiter {
      State& state;
      bool await_ready() { return false; }
      bool await_suspend(std::coroutine_handle<> task) {
        const std::lock_guard lock(state.mutex);
        if (state.value || state.failure) return false;
        state.waiter = task;
        state.scheduler = &Scheduler::current();
        return true;
      }
      void await_resume() {}
    };
    const std::shared_ptr<State> state = state_;
    co_await Awaiter{*state};
    if (state->failure) std::rethrow_exception(std::exchange(state->failure, {}));
    co_return std::move(*state->value);
  }

 private:
  struct State {
    std::mutex mutex;
    std::optional<Value> value;
    std::exception_ptr failure;
    std::coroutine_handle<> waiter;
    Scheduler* scheduler = nullptr;
  };
  template <typename Fill>
  void finish(Fill fill) {
    std::coroutine_handle<> waiter;
    Scheduler* scheduler = nullptr;
    {
      const std::lock_guard lock(state_->mutex);
      fill(*state_);
      waiter = state_->waiter;
      scheduler = state_->scheduler;
    }
    if (waiter) scheduler->post(waiter);
  }
  std::shared_ptr<State> state_;
};

}  // namespace chancery::runtime
