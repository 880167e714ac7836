// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which push gateways fail, told to the operator: once when it begins, once when it is over.
//
// People choose their gateways, so that both are bounded: the lines by a pace, the memory by a
// number of gateways, of which those go that nobody has used for a while. One that is not told of
// is looked at again at its next failure.
//
// Concurrency: any thread.

#include "base/log_pace.hpp"
#include "runtime/clock.hpp"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chancery::push {

class GatewayReach {
 public:
  static constexpr std::size_t kMostFailing = 1'000;
  // Longer than what waits for a gateway is tried again (PushQueues::kLongestWait).
  static constexpr std::chrono::hours kUnused{25};

  explicit GatewayReach(runtime::Clock& clock) : clock_(clock) {}

  // `url` is where a notification went.
  void note_failure(std::string_view url, std::string_view why);
  void note_success(std::string_view url);

 private:
  // Whether the failure of `host` is to be told now.
  [[nodiscard]] bool begins_to_fail(const std::string& host);

  runtime::Clock& clock_;
  base::LogPace pace_;
  std::mutex mutex_;
  std::unordered_map<std::string, runtime::SteadyTime> failing_;  // and told of; last failure
};

}  // namespace chancery::push
