// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/wait.hpp"

#include "base/assert.hpp"
#include "runtime/detail/parked.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace chancery::runtime {

using detail::Outcome;
using detail::Park;
using detail::Parked;

Task<> sleep_until(SteadyTime at, CancelToken cancel) {
  cancel.throw_if_cancelled();
  const auto parked = std::make_shared<Parked>();
  const CancelCallback on_cancel(cancel, [parked] { detail::wake(parked, Outcome::cancelled); });
  if (co_await Park{parked, at} == Outcome::cancelled) throw Cancelled{};
}

Task<> sleep_for(base::Milliseconds length, CancelToken cancel) {
  return sleep_until(Scheduler::current().clock().steady_now() + length, std::move(cancel));
}

Task<> yield_now() {
  struct Yield {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> task) { Scheduler::current().post(task); }
    void await_resume() const noexcept {}
  };
  co_await Yield{};
}

struct Bell::State {
  std::mutex mutex;
  std::uint64_t rung = 0;
  std::vector<std::shared_ptr<Parked>> waiting;

  // Returns who waited.
  std::vector<std::shared_ptr<Parked>> ring();
};

namespace {

constexpr std::size_t kWokenATurn = 4;  // before other work of the scheduler has its turn

// Tasks of one scheduler that are to go on.
struct Woken {
  std::vector<std::shared_ptr<Parked>> parked;
  std::size_t next = 0;
};

void wake_some(Scheduler& scheduler, std::shared_ptr<Woken> woken) {
  scheduler.post([&scheduler, woken = std::move(woken)]() mutable {
    const std::size_t end = std::min(woken->next + kWokenATurn, woken->parked.size());
    while (woken->next < end) {
      std::exchange(woken->parked[woken->next++], {})->finish(Outcome::woken);
    }
    if (end < woken->parked.size()) wake_some(scheduler, std::move(woken));
  });
}

}  // namespace

Bell::Bell() : state_(std::make_shared<State>()) {}

std::uint64_t Bell::ticket() const {
  const std::lock_guard lock(state_->mutex);
  return state_->rung;
}

std::vector<std::shared_ptr<Parked>> Bell::State::ring() {
  std::vector<std::shared_ptr<Parked>> woken;
  const std::lock_guard lock(mutex);
  ++rung;
  woken.swap(waiting);
  return woken;
}

void Bell::ring() {
  for (auto& parked : state_->ring()) detail::wake(std::move(parked), Outcome::woken);
}

void Bell::ring_all(std::span<const std::shared_ptr<Bell>> bells) {
  std::unordered_map<Scheduler*, std::vector<std::shared_ptr<Parked>>> by_scheduler;
  for (const std::shared_ptr<Bell>& bell : bells) {
    for (auto& parked : bell->state_->ring()) {
      by_scheduler[parked->scheduler].push_back(std::move(parked));
    }
  }
  for (auto& [scheduler, parked] : by_scheduler) {
    wake_some(*scheduler, std::make_shared<Woken>(Woken{.parked = std::move(parked)}));
  }
}

Task<WaitResult> Bell::wait(std::uint64_t ticket, SteadyTime deadline, CancelToken cancel) {
  cancel.throw_if_cancelled();
  const std::shared_ptr<State> state = state_;  // the bell may go while we wait
  const auto parked = std::make_shared<Parked>();
  {
    const std::lock_guard lock(state->mutex);
    if (state->rung != ticket) co_return WaitResult::woken;
    state->waiting.push_back(parked);
  }
  Outcome outcome = Outcome::pending;
  {
    const CancelCallback on_cancel(cancel, [parked] { detail::wake(parked, Outcome::cancelled); });
    outcome = co_await Park{parked, deadline};
  }
  if (outcome == Outcome::woken) co_return WaitResult::woken;
  {
    const std::lock_guard lock(state->mutex);
    std::erase(state->waiting, parked);
  }
  if (outcome == Outcome::cancelled) throw Cancelled{};
  co_return WaitResult::timed_out;
}

Task<> Bell::wait(std::uint64_t ticket, CancelToken cancel) {
  co_await wait(ticket, SteadyTime::max(), std::move(cancel));
}

struct detail::TurnstileState {
  struct Waiting {
    std::coroutine_handle<> task;
    Scheduler* scheduler;
  };
  std::mutex mutex;
  bool taken = false;
  std::deque<Waiting> waiting;

  // True: the turn was free and is the caller's now.
  bool take_or_queue(std::coroutine_handle<> task) {
    const std::lock_guard lock(mutex);
    if (!taken) {
      taken = true;
      return true;
    }
    waiting.push_back({task, &Scheduler::current()});
    return false;
  }

  // The turn passes straight to the next in line, so that nobody can push in between.
  void leave() {
    Waiting next{};
    {
      const std::lock_guard lock(mutex);
      CHANCERY_ASSERT(taken);
      if (waiting.empty()) {
        taken = false;
        return;
      }
      next = waiting.front();
      waiting.pop_front();
    }
    next.scheduler->post(next.task);
  }
};

Turnstile::Turnstile() : state_(std::make_shared<detail::TurnstileState>()) {}

Task<Turnstile::Turn> Turnstile::enter() {
  struct Enter {
    detail::TurnstileState& state;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> task) { return !state.take_or_queue(task); }
    void await_resume() const noexcept {}
  };
  const std::shared_ptr<detail::TurnstileState> state = state_;
  co_await Enter{*state};
  co_return Turn(state);
}

Turnstile::Turn::Turn(Turn&& other) noexcept : inside_(std::move(other.inside_)) {}

Turnstile::Turn& Turnstile::Turn::operator=(Turn&& other) noexcept {
  if (this == &other) return *this;
  if (inside_) inside_->leave();
  inside_ = std::move(other.inside_);
  return *this;
}

Turnstile::Turn::~Turn() {
  if (inside_) inside_->leave();
}

}  // namespace chancery::runtime
