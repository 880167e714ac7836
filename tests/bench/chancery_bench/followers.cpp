// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/followers.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace chancery::bench {

Follower::Follower(Bench& bench, const Household& household, Way way)
    : bench_(bench), household_(household), way_(way) {
  // By sliding sync as often as rooms were left for another answer.
  std::size_t rooms = 0;
  do {
    rooms = read(bench_.server.loop().ask(bench_.server.connection(), request()));
  } while (way_ == Way::sliding && rooms > 0);
}

Request Follower::request() const {
  if (way_ == Way::sliding) {
    return bench_.server.slide(
        household_.reader, position_,
        {.connection = "changes", .rooms = household_.rooms.size(), .timeline = 1});
  }
  return bench_.server.sync(household_.reader, position_,
                            fmt::format("timeout=0&filter={}", lazy_filter(0)));
}

std::size_t Follower::read(const Response& response) {
  require_success(response, "sync");
  const auto answer = boost::json::parse(response.body);
  position_ = answer.at(way_ == Way::sliding ? "pos" : "next_batch").as_string();
  if (way_ == Way::sliding) return answer.at("rooms").as_object().size();
  return count_rooms(answer);
}

// Into one room after another.
void Follower::write_message() {
  const std::string& room = household_.rooms[written_++ * 7919 % household_.rooms.size()];
  Homeserver& server = bench_.server;
  require_success(
      server.loop().ask(server.connection(), server.message(room, household_.writer, "a change")),
      "send");
}

void Follower::follow(Meter& meter) {
  write_message();
  const std::size_t rooms = read(meter.ask(request()));
  if (rooms != 1) throw HttpFailed(fmt::format("a sync of one change has {} rooms", rooms));
}

std::vector<Costs> measure_in_turn(Bench& bench, std::span<Follower> followers, std::size_t count) {
  constexpr std::size_t kWarmUp = 20;
  Meter unread(bench);
  std::vector<Meter> meters(followers.size(), Meter(bench));
  for (std::size_t round = 0; round < kWarmUp + count; ++round) {
    for (std::size_t i = 0; i < followers.size(); ++i) {
      followers[i].follow(round < kWarmUp ? unread : meters[i]);
    }
  }
  std::vector<Costs> costs;
  for (const Meter& meter : meters) costs.push_back(meter.costs());
  return costs;
}

}  // namespace chancery::bench
