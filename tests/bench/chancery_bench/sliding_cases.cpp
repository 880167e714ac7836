// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"
#include "tests/bench/chancery_bench/followers.hpp"
#include "tests/bench/chancery_bench/households.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <array>
#include <string_view>
#include <vector>

namespace chancery::bench {

namespace {

constexpr std::size_t kWindow = 20;
constexpr std::array<std::size_t, 3> kSizes{100, 1'000, 10'000};
struct Kind {
  std::string_view name;
  Follower::Way way;
};
constexpr std::array kKinds{Kind{"v3", Follower::Way::v3}, Kind{"sliding", Follower::Way::sliding}};

}  // namespace

// The first answer of a fresh connection, as a client shows it when it is opened.
CaseReport measure_sliding_window(Bench& bench) {
  const Options& options = bench.options;
  const auto household = make_household(bench, options.rooms, options.events);
  CaseReport report{.name = "sliding_window",
                    .what = fmt::format("a window of {} of {} rooms", kWindow, options.rooms)};
  const auto count = options.repeats * 10;
  Latencies latencies;
  const Span span(options.servers);
  for (std::size_t i = 0; i < count; ++i) {
    const auto request = bench.server.slide(
        household.reader, "",
        {.connection = fmt::format("window-{}", i % 8), .rooms = kWindow, .timeline = 1});
    const auto start = Clock::now();
    const Response response = bench.server.loop().ask(bench.server.connection(), request);
    const auto took = Clock::now() - start;
    latencies.add(took);
    require_success(response, "sliding sync");
    if (i == 0) {
      report.figures.push_back({.name = "first_ms", .value = Microseconds(took).count() / 1000});
    }
    const auto answer = boost::json::parse(response.body);
    if (answer.at("rooms").as_object().size() != std::min(kWindow, options.rooms)) {
      throw HttpFailed("the window does not show its rooms");
    }
  }
  span.finish(report, latencies);
  return report;
}

// What one change costs, however many rooms there are.
CaseReport measure_incremental_sizes(Bench& bench) {
  const auto count = static_cast<std::size_t>(bench.options.seconds * 40) + 10;
  CaseReport report{.name = "sizes",
                    .what = "send and sync of one change with 100, 1,000 and 10,000 rooms"};
  std::vector<Household> households;
  for (const std::size_t rooms : kSizes) households.push_back(make_household(bench, rooms, 1));
  for (const Kind& kind : kKinds) {
    std::vector<Follower> followers;
    for (const Household& household : households)
      followers.emplace_back(bench, household, kind.way);
    const auto costs = measure_in_turn(bench, followers, count);
    for (std::size_t i = 0; i < kSizes.size(); ++i) {
      report.figures.push_back(
          {.name = fmt::format("{}_{}_cpu_us", kind.name, kSizes[i]), .value = costs[i].median()});
    }
    report.figures.push_back({.name = fmt::format("{}_ratio", kind.name),
                              .value = costs.back().median() / costs.front().median()});
  }
  return report;
}

}  // namespace chancery::bench
