// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Points and lengths of time as Matrix and our stores write them.

#include <chrono>
#include <compare>
#include <cstdint>

namespace chancery::base {

using Milliseconds = std::chrono::milliseconds;

// Wall-clock time in milliseconds since 1970-01-01 UTC (`origin_server_ts` and its like).
struct Timestamp {
  std::int64_t milliseconds = 0;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
  friend Timestamp operator+(Timestamp at, Milliseconds length) {
    return {at.milliseconds + length.count()};
  }
  friend Timestamp operator-(Timestamp at, Milliseconds length) {
    return {at.milliseconds - length.count()};
  }
  friend Milliseconds operator-(Timestamp later, Timestamp earlier) {
    return Milliseconds{later.milliseconds - earlier.milliseconds};
  }
};

}  // namespace chancery::base
