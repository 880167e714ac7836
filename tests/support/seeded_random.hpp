// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Random bytes that a seed decides, for tests.
//
// Concurrency: any thread.

#include "runtime/random.hpp"

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace chancery::support {

class SeededRandom final : public runtime::Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}

  [[nodiscard]] std::string bytes(std::size_t count) override {
    const std::lock_guard lock(mutex_);
    std::string text(count, '\0');
    for (char& each : text) each = static_cast<char>(engine_() >> 32);
    return text;
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace chancery::support
