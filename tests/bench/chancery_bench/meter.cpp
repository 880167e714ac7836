// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/meter.hpp"

namespace chancery::bench {

Response Meter::ask(const Request& request) {
  const Microseconds before = cpu_.at_rest();
  const auto start = Clock::now();
  Response response = server_.loop().ask(server_.connection(), request);
  costs_.latencies.add(Clock::now() - start);
  if (!cpu_.is_known()) return response;
  costs_.processor.add(std::chrono::duration_cast<Clock::duration>(cpu_.at_rest() - before));
  return response;
}

}  // namespace chancery::bench
