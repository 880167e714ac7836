// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/sweeper.hpp"

#include "base/dates.hpp"

namespace chancery::http::detail {

Sweeper::Place Sweeper::add(Swept& swept) {
  if (!is_ticking_) {
    read_clock();
    start_timer();
  }
  return swept_.insert(swept_.end(), &swept);
}

void Sweeper::read_clock() {
  now_ = scheduler_.clock().steady_now();
  date_ = base::http_date(scheduler_.clock().now());
}

void Sweeper::start_timer() {
  is_ticking_ = true;
  scheduler_.start_timer(now_ + std::chrono::seconds(1),
                         [self = shared_from_this()] { self->tick(); });
}

// None of the calls below removes from the list: a connection leaves it when its own task, which
// runs later, comes to its end.
void Sweeper::tick() {
  is_ticking_ = false;
  if (swept_.empty()) return;
  read_clock();
  for (Swept* const each : swept_) each->tick(now_);
  start_timer();
}

void Sweeper::close_idle() {
  for (Swept* const each : swept_) each->close_if_idle();
}

void Sweeper::break_off() {
  for (Swept* const each : swept_) each->break_off();
}

}  // namespace chancery::http::detail
