// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"

#include <fmt/core.h>

#include <poll.h>

namespace chancery::bench {

namespace {

constexpr auto kWarmUp = std::chrono::seconds(1);
constexpr std::string_view kText = "Minutes of the meeting, as agreed with all who took part.";

struct Sender {
  User user;
  std::string room;
  Connection* connection = nullptr;
};

std::vector<Sender> make_senders(Homeserver& server, std::size_t count) {
  std::vector<Sender> senders;
  for (const User& user : server.register_users(count)) {
    senders.push_back(
        {.user = user, .room = server.create_room(user), .connection = &server.loop().connect()});
  }
  return senders;
}

// A closed loop: each sender sends the next message when the last is acknowledged.
class ClosedLoop {
 public:
  ClosedLoop(Homeserver& server, std::vector<Sender>& senders)
      : server_(server), senders_(senders) {}

  void run_for(Clock::duration length) {
    latencies_ = Latencies{};
    end_ = Clock::now() + length;
    for (Sender& sender : senders_) send(sender);
    server_.loop().run_until([this] { return under_way_ == 0; });
  }

  const Latencies& latencies() const { return latencies_; }

 private:
  void send(Sender& sender) {
    const auto start = Clock::now();
    if (start >= end_) return;
    ++under_way_;
    server_.loop().send(*sender.connection, server_.message(sender.room, sender.user, kText),
                        [this, &sender, start](Response& response) {
                          require_success(response, "send");
                          latencies_.add(Clock::now() - start);
                          --under_way_;
                          send(sender);
                        });
  }

  Homeserver& server_;
  std::vector<Sender>& senders_;
  Latencies latencies_;
  Clock::time_point end_;
  std::size_t under_way_ = 0;
};

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

CaseReport measure_senders(Bench& bench, std::string_view name, std::size_t count) {
  auto senders = make_senders(bench.server, count);
  ClosedLoop loop(bench.server, senders);
  loop.run_for(kWarmUp);
  CaseReport report{.name = std::string(name),
                    .what = fmt::format("{} senders in rooms of their own, closed loop", count)};
  const Span span(bench.options.servers);
  loop.run_for(seconds(bench.options.seconds));
  span.finish(report, loop.latencies());
  if (!bench.options.servers.empty()) {  // a pass of its own: tracing slows the server down
    const auto fsyncs = count_fsyncs(bench.options.servers, [&] {
      loop.run_for(seconds(std::min(bench.options.seconds, 2.0)));
    });
    const auto sent = loop.latencies().count();
    if (fsyncs && sent != 0) {
      report.figures.push_back({.name = "fsyncs_per_operation",
                                .value = static_cast<double>(*fsyncs) / static_cast<double>(sent)});
    }
  }
  for (const Sender& sender : senders) bench.server.loop().close(*sender.connection);
  return report;
}

}  // namespace

CaseReport measure_idle(Bench& bench) {
  CaseReport report{.name = "idle", .what = "nobody there"};
  const auto& servers = bench.options.servers;
  if (servers.empty()) {
    report.what += "; nothing to see without --pid";
    return report;
  }
  const auto before = cpu_time_of(servers);
  poll(nullptr, 0, 2000);
  report.figures.push_back(
      {.name = "cpu_percent", .value = (cpu_time_of(servers) - before).count() / 2e6 * 100});
  report.figures.push_back(
      {.name = "resident_mib", .value = static_cast<double>(resident_bytes_of(servers)) / 1048576});
  return report;
}

CaseReport measure_send_many(Bench& bench) {
  return measure_senders(bench, "send64", bench.options.senders);
}

CaseReport measure_send_one(Bench& bench) { return measure_senders(bench, "send1", 1); }

}  // namespace chancery::bench
