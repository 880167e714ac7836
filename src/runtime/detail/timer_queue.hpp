// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The timers of one scheduler, by time and by id.
//
// Concurrency: none; its scheduler guards it.

#include "runtime/scheduler.hpp"

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

namespace chancery::runtime::detail {

class TimerQueue {
 public:
  Scheduler::TimerId add(SteadyTime at, std::move_only_function<void()> work) {
    const Scheduler::TimerId id = next_++;
    places_.emplace(id, by_time_.emplace(at, Timer{id, std::move(work)}));
    return id;
  }

  bool remove(Scheduler::TimerId id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return false;
    // What the timer holds is destroyed last: its destructors may come back here.
    const auto removed = by_time_.extract(place->second);
    places_.erase(place);
    return true;
  }

  [[nodiscard]] std::optional<SteadyTime> find_earliest() const {
    if (by_time_.empty()) return std::nullopt;
    return by_time_.begin()->first;
  }

  // The work of one timer that is due; empty when there is none.
  std::move_only_function<void()> take_due(SteadyTime now) {
    if (by_time_.empty() || by_time_.begin()->first > now) return {};
    auto due = by_time_.extract(by_time_.begin());
    places_.erase(due.mapped().id);
    return std::move(due.mapped().work);
  }

 private:
  struct Timer {
    Scheduler::TimerId id;
    std::move_only_function<void()> work;
  };
  using ByTime = std::multimap<SteadyTime, Timer>;
  ByTime by_time_;
  std::unordered_map<Scheduler::TimerId, ByTime::iterator> places_;
  Scheduler::TimerId next_ = 1;
};

}  // namespace chancery::runtime::detail
