// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"
#include "tests/bench/chancery_bench/fanout.hpp"

#include <fmt/core.h>

#include <array>

namespace chancery::bench {

namespace {

constexpr std::array<std::size_t, 4> kSizes{2, 100, 1'000, 10'000};  // members, with the sender
constexpr std::size_t kBlock = 20;  // messages in a row, so that all rooms share good and bad times
constexpr std::string_view kText = "Minutes of the meeting, as agreed with all who took part.";
constexpr auto kPause = std::chrono::milliseconds(60);

struct Room {
  std::string id;
  Latencies latencies;
};

void send_one(Bench& bench, const User& sender, Room& room) {
  Homeserver& server = bench.server;
  const Request request = server.message(room.id, sender, kText);
  const auto start = Clock::now();
  const Response response = server.loop().ask(server.connection(), request);
  room.latencies.add(Clock::now() - start);
  require_success(response, "send");
}

void send_blocks(Bench& bench, const User& sender, std::vector<Room>& rooms, std::size_t rounds) {
  for (std::size_t round = 0; round < rounds; ++round) {
    for (Room& room : rooms) {
      for (std::size_t i = 0; i < kBlock; ++i) send_one(bench, sender, room);
    }
  }
}

// Where everybody waits for news, against a room where nobody does: in turn, at the same pace.
void measure_polled(Bench& bench, const User& sender, const std::string& small,
                    CaseReport& report) {
  constexpr std::size_t kPolled = 1'000;
  Fanout fanout(bench, sender, kPolled - 1, kLongPoll);
  Latencies unpolled;
  const auto run = [&](std::size_t rounds) {
    fanout.start_over();
    unpolled = Latencies{};
    for (std::size_t i = 0; i < rounds; ++i) {
      unpolled.add(fanout.send_elsewhere(bench.server.message(small, sender, kText)));
      bench.server.loop().run_for(kPause);
      fanout.deliver_one();
    }
  };
  run(5);
  run(static_cast<std::size_t>(bench.options.seconds * 8) + 10);
  const double alone = unpolled.at(0.5).count();
  const double polled = fanout.acknowledgements().at(0.5).count();
  report.figures.push_back({.name = "unpolled_p50_us", .value = alone});
  report.figures.push_back({.name = "polled_1000_p50_us", .value = polled});
  report.figures.push_back({.name = "ratio_polled", .value = polled / alone});
}

}  // namespace

CaseReport measure_sender(Bench& bench) {
  CaseReport report{.name = "sender",
                    .what =
                        "one sender in rooms of 2 to 10,000 members, nobody polling; then "
                        "1,000 polling"};
  Homeserver& server = bench.server;
  const User sender = server.register_user();
  const auto members = server.register_crowd(kSizes.back() - 1);
  std::vector<Room> rooms;
  for (const std::size_t size : kSizes) {
    rooms.push_back({.id = server.create_room_for(sender, std::span(members).first(size - 1)),
                     .latencies = {}});
  }
  send_blocks(bench, sender, rooms, 5);
  for (Room& room : rooms) room.latencies = Latencies{};
  send_blocks(bench, sender, rooms, static_cast<std::size_t>(bench.options.seconds * 5) + 1);
  const double least = rooms.front().latencies.at(0.5).count();
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    const double each = rooms[i].latencies.at(0.5).count();
    report.figures.push_back({.name = fmt::format("members_{}_p50_us", kSizes[i]), .value = each});
    if (i == 0) continue;
    report.figures.push_back({.name = fmt::format("ratio_{}", kSizes[i]), .value = each / least});
  }
  measure_polled(bench, sender, rooms.front().id, report);
  return report;
}

}  // namespace chancery::bench
