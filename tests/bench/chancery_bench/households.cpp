// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/households.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace chancery::bench {

namespace {

std::string first_sync(Bench& bench, const User& user) {
  const auto parameters = fmt::format("timeout=0&filter={}", lazy_filter(0));
  const Response response =
      bench.server.loop().ask(bench.server.connection(), bench.server.sync(user, "", parameters));
  require_success(response, "sync");
  return std::string(boost::json::parse(response.body).at("next_batch").as_string());
}

// A message of the writer into one room after another.
void change(Bench& bench, const Household& household, std::size_t number) {
  Homeserver& server = bench.server;
  const std::string& room = household.rooms[number * 7919 % household.rooms.size()];
  require_success(
      server.loop().ask(server.connection(), server.message(room, household.writer, "a change")),
      "send");
}

}  // namespace

std::string lazy_filter(std::size_t number) {
  return Homeserver::percent_encode(
      fmt::format(R"({{"room":{{"timeline":{{"limit":20}},"state":{{"lazy_load_members":true}}}},)"
                  R"("presence":{{"not_types":["bench.{}"]}}}})",
                  number));
}

Household make_household(Bench& bench, std::size_t rooms, std::size_t events) {
  const auto users = bench.server.register_users(2);
  Household household{.writer = users[0], .reader = users[1], .rooms = {}, .since = {}};
  household.rooms = bench.server.create_shared_rooms(users[0], users[1], rooms);
  bench.server.fill(household.rooms, users, events);
  return household;
}

std::size_t count_rooms(const boost::json::value& answer) {
  const auto* rooms = answer.as_object().if_contains("rooms");
  const auto* joined = rooms == nullptr ? nullptr : rooms->as_object().if_contains("join");
  return joined == nullptr ? 0 : joined->as_object().size();
}

Costs measure_changes(Bench& bench, Household& household, std::size_t count) {
  Homeserver& server = bench.server;
  if (household.since.empty()) household.since = first_sync(bench, household.reader);
  const auto parameters = fmt::format("timeout=0&filter={}", lazy_filter(0));
  Meter meter(bench);
  for (std::size_t i = 0; i < count; ++i) {
    change(bench, household, i);
    const Response response = meter.ask(server.sync(household.reader, household.since, parameters));
    require_success(response, "sync");
    const auto answer = boost::json::parse(response.body);
    if (count_rooms(answer) != 1) {
      throw HttpFailed(fmt::format("a sync of one change has {} rooms", count_rooms(answer)));
    }
    household.since = answer.at("next_batch").as_string();
  }
  return meter.costs();
}

Costs measure_sliding_changes(Bench& bench, Household& household, std::size_t count) {
  Homeserver& server = bench.server;
  const SlidingWish wish{.connection = "changes", .rooms = household.rooms.size(), .timeline = 1};
  // As often as rooms were left for another answer.
  std::string pos;
  for (std::size_t told = 1; told > 0;) {
    const Response response =
        server.loop().ask(server.connection(), server.slide(household.reader, pos, wish));
    require_success(response, "sliding sync");
    const auto answer = boost::json::parse(response.body);
    told = answer.at("rooms").as_object().size();
    pos = answer.at("pos").as_string();
  }
  Meter meter(bench);
  for (std::size_t i = 0; i < count; ++i) {
    change(bench, household, i);
    const Response response = meter.ask(server.slide(household.reader, pos, wish));
    require_success(response, "sliding sync");
    const auto answer = boost::json::parse(response.body);
    if (answer.at("rooms").as_object().size() != 1) {
      throw HttpFailed("a sliding sync of one change has not one room");
    }
    pos = answer.at("pos").as_string();
  }
  return meter.costs();
}

}  // namespace chancery::bench
