// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/households.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace chancery::bench {

std::string lazy_filter(std::size_t number) {
  return Homeserver::percent_encode(
      fmt::format(R"({{"room":{{"timeline":{{"limit":20}},"state":{{"lazy_load_members":true}}}},)"
                  R"("presence":{{"not_types":["bench.{}"]}}}})",
                  number));
}

Household make_household(Bench& bench, std::size_t rooms, std::size_t events) {
  const auto users = bench.server.register_users(2);
  Household household{.writer = users[0], .reader = users[1], .rooms = {}};
  household.rooms = bench.server.create_shared_rooms(users[0], users[1], rooms);
  bench.server.fill(household.rooms, users, events);
  return household;
}

std::size_t count_rooms(const boost::json::value& answer) {
  const auto* rooms = answer.as_object().if_contains("rooms");
  const auto* joined = rooms == nullptr ? nullptr : rooms->as_object().if_contains("join");
  return joined == nullptr ? 0 : joined->as_object().size();
}

}  // namespace chancery::bench
