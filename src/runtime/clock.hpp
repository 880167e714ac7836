// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The clock port: wall-clock time for what is written down, steady time for deadlines.
//
// Concurrency: any thread.

#include "base/time.hpp"

#include <chrono>

namespace chancery::runtime {

using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual base::Timestamp now() const = 0;
  [[nodiscard]] virtual SteadyTime steady_now() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] base::Timestamp now() const override;
  [[nodiscard]] SteadyTime steady_now() const override;
};

}  // namespace chancery::runtime
