// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/detail/unread_answers.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chancery::http::detail {

UnreadAnswers::Hold::Hold(UnreadAnswers& among, UnreadMemory& memory, Swept& connection,
                          std::size_t bytes, runtime::SteadyTime now)
    : among_(among),
      memory_(memory),
      connection_(connection),
      bytes_(bytes),
      since_(now),
      place_(among.holds_.insert(among.holds_.end(), this)) {
  memory_.held += bytes_;
  among_.make_room(*this, now);
}

UnreadAnswers::Hold::~Hold() { let_go(); }

void UnreadAnswers::Hold::let_go() {
  const std::size_t bytes = std::exchange(bytes_, 0);
  if (bytes == 0) return;
  memory_.held -= bytes;
  among_.holds_.erase(place_);
}

void UnreadAnswers::make_room(const Hold& newest, runtime::SteadyTime now) {
  UnreadMemory& memory = newest.memory_;
  const auto weight = [&](const Hold* hold) {
    if (hold == &newest) return 0.0;
    const std::chrono::duration<double> waited = now - hold->since_;
    return static_cast<double>(hold->bytes_) * (1.0 + waited.count());
  };
  std::int64_t broken = 0;
  while (memory.held > memory.most && holds_.size() > 1) {
    Hold* const heaviest = *std::ranges::max_element(holds_, {}, weight);
    heaviest->let_go();  // its memory goes with its task, which ends soon
    heaviest->connection_.break_off();
    ++broken;
  }
  if (broken == 0 || now - told_at_ < std::chrono::seconds(10)) return;
  told_at_ = now;
  base::log_warn("unread_answers_dropped",
                 {{"connections", broken}, {"bytes_at_most", std::int64_t(memory.most)}});
}

}  // namespace chancery::http::detail
