// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The pace of a log: what would be a line for each request while something is down is one line at
// once, and then one an interval, with the number of those that were left out.
//
// Each kind of what failed is told for itself, the first kMostKinds of them; others share a line.
//
// Concurrency: any thread.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::base {

class LogPace {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kInterval{10};
  static constexpr std::size_t kMostKinds = 16;

  // How many were left out since the last line of that kind; absent: this one is left out, too.
  std::optional<std::int64_t> take(std::string_view kind, Moment now);

 private:
  struct Kind {
    std::optional<Moment> told_at;
    std::int64_t left_out = 0;
  };
  Kind& find(std::string_view kind);

  std::mutex mutex_;
  std::map<std::string, Kind, std::less<>> kinds_;
  Kind others_;
};

}  // namespace chancery::base
