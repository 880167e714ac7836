// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"
#include "tests/bench/chancery_bench/followers.hpp"
#include "tests/bench/chancery_bench/households.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <array>

namespace chancery::bench {

namespace {

// Each joined room must come with its newest events.
void require_whole(const boost::json::value& answer, std::size_t rooms, std::size_t events) {
  if (count_rooms(answer) != rooms) {
    throw HttpFailed(fmt::format("the sync has {} of {} rooms", count_rooms(answer), rooms));
  }
  const std::size_t wanted = std::min<std::size_t>(events, 20);
  for (const auto& room : answer.at("rooms").at("join").as_object()) {
    const auto& timeline = room.value().at("timeline").at("events").as_array();
    if (timeline.size() < wanted) {
      throw HttpFailed(fmt::format("a room with {} events in its timeline", timeline.size()));
    }
  }
}

}  // namespace

CaseReport measure_initial_sync(Bench& bench) {
  const Options& options = bench.options;
  const auto household = make_household(bench, options.rooms, options.events);
  CaseReport report{.name = "initial_sync",
                    .what = fmt::format("{} rooms of 2 members with {} messages, lazy members",
                                        options.rooms, options.events)};
  Latencies latencies;
  std::vector<std::string> answers;
  const Span span(options.servers);
  for (std::size_t i = 0; i < options.repeats; ++i) {
    const auto parameters = fmt::format("timeout=0&filter={}", lazy_filter(i + 1));
    const auto request = bench.server.sync(household.reader, "", parameters);
    const auto start = Clock::now();
    Response response = bench.server.loop().ask(bench.server.connection(), request);
    const auto took = Clock::now() - start;
    latencies.add(took);
    require_success(response, "sync");
    if (i == 0) {
      report.figures.push_back({.name = "first_ms", .value = Microseconds(took).count() / 1000});
    }
    answers.push_back(std::move(response.body));
  }
  span.finish(report, latencies);
  for (const std::string& answer : answers) {
    require_whole(boost::json::parse(answer), options.rooms, options.events);
  }
  report.figures.push_back(
      {.name = "megabytes", .value = static_cast<double>(answers.back().size()) / 1e6});
  return report;
}

CaseReport measure_incremental_sync(Bench& bench) {
  const std::size_t many = bench.options.rooms;
  const std::size_t few = std::max<std::size_t>(many / 10, 1);
  const auto count = static_cast<std::size_t>(bench.options.seconds * 40) + 10;
  const auto small = make_household(bench, few, bench.options.events);
  const auto large = make_household(bench, many, bench.options.events);
  CaseReport report{
      .name = "incremental",
      .what = fmt::format("send and sync of one change with {} rooms; small: {}", many, few)};
  std::array followers{Follower(bench, small, Follower::Way::v3),
                       Follower(bench, large, Follower::Way::v3)};
  const auto costs = measure_in_turn(bench, followers, count);
  const Costs& of_small = costs.front();
  const Costs& of_large = costs.back();
  report.figures.push_back({.name = "p50_us", .value = of_large.latencies.at(0.5).count()});
  report.figures.push_back({.name = "large_cpu_us", .value = of_large.median()});
  report.figures.push_back({.name = "small_cpu_us", .value = of_small.median()});
  report.figures.push_back({.name = "ratio", .value = of_large.median() / of_small.median()});
  return report;
}

}  // namespace chancery::bench
