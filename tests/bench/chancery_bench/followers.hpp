// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What one change costs whoever follows a household: one message into a room, then, when the server
// rests again, the reader's next sync, which is what is measured.

#include "tests/bench/chancery_bench/cases.hpp"
#include "tests/bench/chancery_bench/households.hpp"
#include "tests/bench/chancery_bench/meter.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace chancery::bench {

// The reader of a household, by one kind of sync; sliding sync with a window of all rooms. The
// household outlives it.
class Follower {
 public:
  enum class Way : std::uint8_t { v3, sliding };

  // Asks for everything there is.
  Follower(Bench& bench, const Household& household, Way way);

  // Of a new change; the sync that tells it is asked through `meter`.
  void follow(Meter& meter);

 private:
  [[nodiscard]] Request request() const;
  // Takes note of up to where an answer tells; returns how many rooms it has.
  std::size_t read(const Response& response);
  void write_message();

  Bench& bench_;
  const Household& household_;
  Way way_;
  std::string position_;  // since or pos
  std::size_t written_ = 0;
};

// Each `count` times, after some that do not count. In turn, so that whatever slows the machine for
// a while meets all of them alike.
std::vector<Costs> measure_in_turn(Bench& bench, std::span<Follower> followers, std::size_t count);

}  // namespace chancery::bench
