// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"
#include "tests/bench/chancery_bench/fanout.hpp"

#include <fmt/core.h>

namespace chancery::bench {

namespace {

constexpr std::size_t kWarmUp = 5;

double in_seconds(Clock::duration length) { return std::chrono::duration<double>(length).count(); }

// An operation is a delivery: a member is woken, answered, and asks again.
CaseReport measure(Bench& bench, std::string_view name, PollingWay way) {
  const Options& options = bench.options;
  const User writer = bench.server.register_user();
  Fanout fanout(bench, writer, options.members, way);
  for (std::size_t i = 0; i < kWarmUp; ++i) fanout.deliver_one();
  fanout.start_over();
  CaseReport report{.name = std::string(name),
                    .what = fmt::format("one message to {} who wait for it", options.members)};
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  const Span span(options.servers);
  while (Clock::now() < end) fanout.deliver_one();
  span.finish(report, fanout.deliveries());
  report.seconds = in_seconds(fanout.delivering());  // without the pauses in between
  if (report.server_cpu) {
    report.figures.push_back(
        {.name = "per_core_second", .value = 1e6 / report.server_cpu->count()});
  }
  report.figures.push_back(
      {.name = "last_p50_us", .value = fanout.last_deliveries().at(0.5).count()});
  report.figures.push_back(
      {.name = "sender_p50_us", .value = fanout.acknowledgements().at(0.5).count()});
  return report;
}

}  // namespace

CaseReport measure_fanout(Bench& bench) { return measure(bench, "fanout", kLongPoll); }

CaseReport measure_sliding_fanout(Bench& bench) {
  return measure(bench, "fanout_sliding", kSlidingPoll);
}

}  // namespace chancery::bench
