// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace chancery::bench {

namespace {

// Each request names a filter of its own, so that no cache of whole answers serves it.
std::string lazy_filter(std::size_t number) {
  return Homeserver::percent_encode(
      fmt::format(R"({{"room":{{"timeline":{{"limit":20}},"state":{{"lazy_load_members":true}}}},)"
                  R"("presence":{{"not_types":["bench.{}"]}}}})",
                  number));
}

struct Household {
  User writer;
  User reader;
  std::vector<std::string> rooms;
  std::string since;  // up to where the reader has everything
};

Household make_household(Bench& bench, std::size_t rooms) {
  const auto users = bench.server.register_users(2);
  Household household{.writer = users[0], .reader = users[1], .rooms = {}, .since = {}};
  household.rooms = bench.server.create_shared_rooms(users[0], users[1], rooms);
  bench.server.fill(household.rooms, users, bench.options.events);
  return household;
}

std::size_t count_rooms(const boost::json::value& answer) {
  const auto* rooms = answer.as_object().if_contains("rooms");
  const auto* joined = rooms == nullptr ? nullptr : rooms->as_object().if_contains("join");
  return joined == nullptr ? 0 : joined->as_object().size();
}

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

std::string first_sync(Bench& bench, const User& user) {
  const auto parameters = fmt::format("timeout=0&filter={}", lazy_filter(0));
  const Response response =
      bench.server.loop().ask(bench.server.connection(), bench.server.sync(user, "", parameters));
  require_success(response, "sync");
  return std::string(boost::json::parse(response.body).at("next_batch").as_string());
}

// One message into a room, then the reader's next sync, which is what is timed.
Latencies time_changes(Bench& bench, Household& household, std::size_t count) {
  Homeserver& server = bench.server;
  if (household.since.empty()) household.since = first_sync(bench, household.reader);
  const auto parameters = fmt::format("timeout=0&filter={}", lazy_filter(0));
  Latencies latencies;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& room = household.rooms[i * 7919 % household.rooms.size()];
    require_success(
        server.loop().ask(server.connection(), server.message(room, household.writer, "a change")),
        "send");
    const auto start = Clock::now();
    const Response response = server.loop().ask(
        server.connection(), server.sync(household.reader, household.since, parameters));
    latencies.add(Clock::now() - start);
    require_success(response, "sync");
    const auto answer = boost::json::parse(response.body);
    if (count_rooms(answer) != 1) {
      throw HttpFailed(fmt::format("a sync of one change has {} rooms", count_rooms(answer)));
    }
    household.since = answer.at("next_batch").as_string();
  }
  return latencies;
}

}  // namespace

CaseReport measure_initial_sync(Bench& bench) {
  const Options& options = bench.options;
  const auto household = make_household(bench, options.rooms);
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
  auto small = make_household(bench, few);
  auto large = make_household(bench, many);
  CaseReport report{
      .name = "incremental",
      .what = fmt::format("send and sync of one change with {} rooms; small: {}", many, few)};
  time_changes(bench, small, 20);
  time_changes(bench, large, 20);
  const auto of_small = time_changes(bench, small, count);
  const Span span(bench.options.servers);
  const auto of_large = time_changes(bench, large, count);
  span.finish(report, of_large);
  report.figures.push_back({.name = "small_p50_us", .value = of_small.at(0.5).count()});
  report.figures.push_back({.name = "small_p99_us", .value = of_small.at(0.99).count()});
  report.figures.push_back({.name = "ratio_of_p50", .value = of_large.at(0.5) / of_small.at(0.5)});
  return report;
}

}  // namespace chancery::bench
