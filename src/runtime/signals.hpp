// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signals of the system (SIGTERM, SIGINT, SIGHUP), to be awaited like anything else.
//
// From its making on, the signals named no longer have their default effect.
//
// Lifetime: no `next` may be running when it dies.

#include "runtime/cancellation.hpp"
#include "runtime/io_threads.hpp"
#include "runtime/task.hpp"

#include <initializer_list>
#include <memory>

namespace chancery::runtime {

class Signals {
 public:
  Signals(IoThreads& threads, std::initializer_list<int> numbers);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The number of the next signal; one that came meanwhile is not lost. Throws Cancelled.
  Task<int> next(CancelToken cancel = {});

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace chancery::runtime
