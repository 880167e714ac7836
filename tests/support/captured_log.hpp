// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The log of a test: catches the lines that are logged while it lives, instead of stderr. One at a
// time.
//
// Concurrency: the thread of the test.

#include "base/log.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::support {

class CapturedLog {
 public:
  CapturedLog() {
    lines_.clear();
    base::capture_log([](std::string_view line) { lines_.emplace_back(line); });
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog() { base::capture_log(nullptr); }

  // Those that have `part` in them, in the order in which they came; all of them for "".
  [[nodiscard]] static std::vector<std::string> lines(std::string_view part = "") {
    std::vector<std::string> found;
    std::ranges::copy_if(lines_, std::back_inserter(found),
                         [&](const std::string& line) { return line.contains(part); });
    return found;
  }

 private:
  static inline std::vector<std::string> lines_;  // the sink is a plain function
};

}  // namespace chancery::support
