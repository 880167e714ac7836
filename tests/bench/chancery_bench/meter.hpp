// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What single answers cost, each asked for while the server rests.

#include "tests/bench/chancery_bench/cases.hpp"

namespace chancery::bench {

struct Costs {
  Latencies latencies;
  Latencies processor;  // the server's time; empty where its program is not known

  // Of one in the middle, in microseconds: the server's processor time, else how long it took.
  // Latencies of small requests differ twofold from run to run where the processors are shared.
  double median() const { return (processor.count() == 0 ? latencies : processor).at(0.5).count(); }
};

class Meter {
 public:
  explicit Meter(Bench& bench) : server_(bench.server), cpu_(bench.options.servers) {}

  // What the server does of itself before and after the answer is waited for: what went before
  // costs this one nothing, what it brings about is counted with it.
  Response ask(const Request& request);

  const Costs& costs() const { return costs_; }

 private:
  Homeserver& server_;
  CpuClock cpu_;
  Costs costs_;
};

}  // namespace chancery::bench
