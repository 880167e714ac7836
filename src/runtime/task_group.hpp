// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Task groups: the owners of tasks that nobody awaits.
//
// Every background task belongs to a named group which its owner stops. A task that ends by an
// exception is logged with the group's name and counted; the group goes on.
//
// Concurrency: spawn from any thread; the task runs on the scheduler given, or the current one.
// Lifetime:    the owner awaits `stop` before it dies; the destructor asserts that nothing runs.

#include "runtime/cancellation.hpp"
#include "runtime/scheduler.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace chancery::runtime {

class TaskGroup {
 public:
  explicit TaskGroup(std::string name);
  ~TaskGroup();
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(Task<> task);
  void spawn_on(Scheduler& scheduler, Task<> task);
  // Cancelled when `stop` is called; give it to the waits of the tasks spawned here.
  [[nodiscard]] CancelToken cancel_token() const;
  [[nodiscard]] std::size_t running() const;
  // Tasks that ended by an exception other than Cancelled.
  [[nodiscard]] std::size_t failures() const;
  // Cancels, then waits until every task has ended. Not from a task of this group.
  Task<> stop();
  // Waits until every task has ended, without cancelling.
  Task<> join();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace chancery::runtime
