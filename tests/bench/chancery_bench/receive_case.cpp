// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/parse_number.hpp"
#include "tests/bench/chancery_bench/cases.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

namespace chancery::bench {

namespace {

constexpr std::string_view kMark = "mark ";
constexpr std::string_view kPoll =
    "timeout=30000&filter=%7B%22presence%22%3A%7B%22not_types%22%3A%5B%22*%22%5D%7D%7D";
constexpr std::size_t kConnections = 16;
constexpr auto kPatience = std::chrono::seconds(10);

// An open loop: messages leave at fixed times, whatever became of the earlier ones, and each is
// timed from the moment it was due to the moment its reader has it.
class OpenLoop {
 public:
  OpenLoop(Homeserver& server, User sender, User reader)
      : server_(server),
        sender_(std::move(sender)),
        reader_(std::move(reader)),
        poll_(server.loop().connect()) {
    for (std::size_t i = 0; i < kConnections; ++i) all_.push_back(&server.loop().connect());
    idle_ = all_;
    room_ = server_.create_shared_rooms(sender_, reader_, 1).front();
    const Response first = server_.loop().ask(poll_, server_.sync(reader_, "", "timeout=0"));
    require_success(first, "sync");
    take_in(first.body, Clock::now());
    wait_for_more();
  }

  void run(std::size_t count, double rate) {
    due_.clear();
    has_come_.assign(count, false);
    latencies_ = Latencies{};
    generation_ += 1;
    const auto start = Clock::now() + std::chrono::milliseconds(50);
    for (std::size_t i = 0; i < count; ++i) {
      const auto after = std::chrono::duration<double>(static_cast<double>(i) / rate);
      due_.push_back(start + std::chrono::duration_cast<Clock::duration>(after));
      server_.loop().at(due_.back(), [this, i] { leave(i); });
    }
    const auto end = due_.back() + kPatience;
    server_.loop().run_until([&] { return latencies_.count() == count || Clock::now() > end; });
  }

  void stop() {
    server_.loop().close(poll_);
    for (Connection* connection : all_) server_.loop().close(*connection);
  }

  const Latencies& latencies() const { return latencies_; }

 private:
  void leave(std::size_t number) {
    if (idle_.empty()) {
      waiting_.push_back(number);
      return;
    }
    Connection* connection = idle_.back();
    idle_.pop_back();
    const std::string text = fmt::format("{}{}/{}", kMark, generation_, number);
    server_.loop().send(*connection, server_.message(room_, sender_, text),
                        [this, connection](Response& response) {
                          require_success(response, "send");
                          idle_.push_back(connection);
                          if (waiting_.empty()) return;
                          const std::size_t next = waiting_.front();
                          waiting_.erase(waiting_.begin());
                          leave(next);
                        });
  }

  void wait_for_more() {
    server_.loop().send(poll_, server_.sync(reader_, since_, kPoll), [this](Response& response) {
      const auto now = Clock::now();
      require_success(response, "sync");
      take_in(response.body, now);
      wait_for_more();
    });
  }

  void take_in(const std::string& body, Clock::time_point now) {
    const auto answer = boost::json::parse(body);
    since_ = answer.at("next_batch").as_string();
    const std::string wanted = fmt::format("{}{}/", kMark, generation_);
    for (auto at = body.find(wanted); at != std::string::npos; at = body.find(wanted, at)) {
      at += wanted.size();
      const auto length = body.find_first_not_of("0123456789", at) - at;
      const auto number =
          base::parse_number<std::size_t>(std::string_view(body).substr(at, length));
      if (!number || *number >= due_.size()) continue;
      if (has_come_[*number]) throw HttpFailed("a message came twice");
      has_come_[*number] = true;
      latencies_.add(now - due_[*number]);
    }
  }

  Homeserver& server_;
  User sender_;
  User reader_;
  Connection& poll_;
  std::vector<Connection*> all_;
  std::vector<Connection*> idle_;
  std::vector<std::size_t> waiting_;
  std::string room_;
  std::string since_;
  std::vector<Clock::time_point> due_;
  std::vector<bool> has_come_;
  std::size_t generation_ = 0;
  Latencies latencies_;
};

}  // namespace

CaseReport measure_receive(Bench& bench) {
  const auto users = bench.server.register_users(2);
  OpenLoop loop(bench.server, users[0], users[1]);
  const double rate = bench.options.rate;
  const auto count = static_cast<std::size_t>(rate * bench.options.seconds) + 1;
  loop.run(static_cast<std::size_t>(rate) + 1, rate);
  CaseReport report{.name = "receive",
                    .what = fmt::format("send to receive by long poll, {}/s, open loop", rate)};
  const Span span(bench.options.servers);
  loop.run(count, rate);
  span.finish(report, loop.latencies());
  loop.stop();
  if (loop.latencies().count() != count) {
    report.figures.push_back(
        {.name = "lost", .value = static_cast<double>(count - loop.latencies().count())});
  }
  return report;
}

}  // namespace chancery::bench
