// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/scheduler.hpp"

#include "base/assert.hpp"

namespace chancery::runtime {
namespace {
thread_local Scheduler* running_here = nullptr;
}  // namespace

Scheduler& Scheduler::current() {
  CHANCERY_ASSERT(running_here != nullptr);
  return *running_here;
}

Scheduler* Scheduler::find_current() { return running_here; }

Scheduler::Running::Running(Scheduler& scheduler) : before_(running_here) {
  running_here = &scheduler;
}

Scheduler::Running::~Running() { running_here = before_; }

}  // namespace chancery::runtime
