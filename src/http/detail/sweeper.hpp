// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sweeper: one timer a second that looks at every connection of a scheduler.
//
// It stands in for a timer per operation. Deadlines are therefore up to two seconds late, never
// early. It also keeps what the connections share: the text of the Date field, buffers, and the
// list of answers that wait for their readers.
//
// Concurrency: its scheduler alone.

#include "http/detail/buffer_shelf.hpp"
#include "http/detail/swept.hpp"
#include "http/detail/unread_answers.hpp"
#include "runtime/scheduler.hpp"

#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace chancery::http::detail {

class Sweeper : public std::enable_shared_from_this<Sweeper> {
 public:
  using Place = std::list<Swept*>::iterator;

  explicit Sweeper(runtime::Scheduler& scheduler) : scheduler_(scheduler) {}

  Place add(Swept& swept);
  void remove(Place place) { swept_.erase(place); }

  // The time of the last tick.
  [[nodiscard]] runtime::SteadyTime now() const { return now_; }
  [[nodiscard]] std::string_view date() const { return date_; }
  [[nodiscard]] runtime::Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] BufferShelf& shelf() { return shelf_; }
  [[nodiscard]] UnreadAnswers& unread() { return unread_; }

  void close_idle();
  void break_off();

 private:
  void read_clock();
  void start_timer();
  void tick();

  runtime::Scheduler& scheduler_;
  BufferShelf shelf_;
  UnreadAnswers unread_;
  std::list<Swept*> swept_;
  runtime::SteadyTime now_;
  std::string date_;
  bool is_ticking_ = false;
};

}  // namespace chancery::http::detail
