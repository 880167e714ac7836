// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "runtime/deadline.hpp"

#include <algorithm>

namespace chancery::runtime {

Deadline::Deadline(base::Milliseconds length, const CancelToken& outer)
    : scheduler_(Scheduler::current()),
      at_(scheduler_.clock().steady_now() + length),
      timer_(scheduler_.start_timer(at_,
                                    [source = source_, passed = passed_]() mutable {
                                      *passed = true;
                                      source.cancel();
                                    })),
      on_cancel_(outer, [source = source_]() mutable { source.cancel(); }) {}

Deadline::~Deadline() { scheduler_.cancel_timer(timer_); }

base::Milliseconds Deadline::left() const {
  const auto left =
      std::chrono::duration_cast<base::Milliseconds>(at_ - scheduler_.clock().steady_now());
  return std::max(left, base::Milliseconds(0));
}

}  // namespace chancery::runtime
