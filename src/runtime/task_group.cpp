// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/task_group.hpp"

#include "base/assert.hpp"
#include "base/log.hpp"
#include "runtime/detail/detached.hpp"

#include <atomic>
#include <mutex>
#include <vector>

namespace chancery::runtime {

struct TaskGroup::State {
  struct Waiting {
    std::coroutine_handle<> task;
    Scheduler* scheduler;
  };
  std::string name;
  CancelSource source;
  std::atomic<std::size_t> failures = 0;
  std::mutex mutex;
  std::size_t running = 0;
  std::vector<Waiting> waiting;

  void note_failure(std::string_view reason) {
    ++failures;
    base::log_error("task_failed", {{"group", name}, {"reason", reason}});
  }

  void note_end() {
    std::vector<Waiting> done;
    {
      const std::lock_guard lock(mutex);
      if (--running == 0) done.swap(waiting);
    }
    for (const Waiting& each : done) each.scheduler->post(each.task);
  }

  static detail::Detached run(std::shared_ptr<State> state, Task<> task) {
    {
      Task<> owned = std::move(task);  // its frame is gone before the group says so
      // The end of the line for a background task's failure: nobody awaits it.
      try {
        co_await std::move(owned);
      } catch (const Cancelled&) {
      } catch (const std::exception& failure) {
        state->note_failure(failure.what());
      } catch (...) {
        state->note_failure("unknown exception");
      }
    }
    state->note_end();
  }
};

TaskGroup::TaskGroup(std::string name) : state_(std::make_shared<State>()) {
  state_->name = std::move(name);
}

TaskGroup::~TaskGroup() { CHANCERY_ASSERT(running() == 0); }

void TaskGroup::spawn(Task<> task) { spawn_on(Scheduler::current(), std::move(task)); }

void TaskGroup::spawn_on(Scheduler& scheduler, Task<> task) {
  {
    const std::lock_guard lock(state_->mutex);
    ++state_->running;
  }
  scheduler.post([state = state_, task = std::move(task)]() mutable {
    State::run(std::move(state), std::move(task));
  });
}

CancelToken TaskGroup::cancel_token() const { return state_->source.token(); }

std::size_t TaskGroup::running() const {
  const std::lock_guard lock(state_->mutex);
  return state_->running;
}

std::size_t TaskGroup::failures() const { return state_->failures; }

Task<> TaskGroup::stop() {
  state_->source.cancel();
  co_await join();
}

Task<> TaskGroup::join() {
  struct Join {
    State& state;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> task) {
      const std::lock_guard lock(state.mutex);
      if (state.running == 0) return false;
      state.waiting.push_back({task, &Scheduler::current()});
      return true;
    }
    void await_resume() const noexcept {}
  };
  const std::shared_ptr<State> state = state_;
  co_await Join{*state};
}

}  // namespace chancery::runtime
