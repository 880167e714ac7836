// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Lists of what one member of a room has not read, with the sums of it.
//
// Concurrency: none; whoever has one locks.

#include "domain/push/read_marks.hpp"
#include "domain/rooms/unread.hpp"
#include "protocol/push_evaluation.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace chancery::push {

struct UnreadEvent {
  storage::StreamPosition position;
  storage::EventNumber number;
  std::string thread;
  enum class Weight : std::uint8_t { plain, highlight } weight = Weight::plain;
  // Somebody called and nobody has looked since.
  enum class Kind : std::uint8_t { message, call } kind = Kind::message;
  // What the rules say of it; keeps the rules alive that it stands in.
  std::shared_ptr<const protocol::PushOutcome> outcome;
};

class UnreadList {
 public:
  // Oldest first.
  [[nodiscard]] const std::vector<UnreadEvent>& events() const { return events_; }
  [[nodiscard]] const rooms::UnreadCounts& counts() const { return counts_; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

  // Requires: it is newer than all that are there.
  void add(UnreadEvent newer);
  void add(std::vector<UnreadEvent> newer);
  void take_out_read(const ReadMarks& read);
  void take_out(const std::vector<storage::EventNumber>& gone);
  void keep_newest(std::size_t most);
  // Gives back memory that it is not likely to need. Returns what it still has, about.
  std::size_t trim_memory();

 private:
  template <typename IsOver>
  void take_out_if(IsOver is_over);
  void count(const UnreadEvent& event);
  void count_again();

  std::vector<UnreadEvent> events_;
  rooms::UnreadCounts counts_;
  std::uint64_t calls_ = 0;
};

}  // namespace chancery::push
