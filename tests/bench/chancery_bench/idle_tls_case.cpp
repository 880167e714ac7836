// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/chancery_bench/cases.hpp"

#include <boost/json.hpp>
#include <fmt/core.h>

#include <memory>

namespace chancery::bench {

namespace {

constexpr std::size_t kSpareFiles = 200;
constexpr auto kSettling = std::chrono::seconds(5);
constexpr std::size_t kPollMilliseconds = 290'000;

// As many as both sides may have open files for.
std::size_t allowed_connections(const Options& options, std::string& what) {
  std::size_t allowed = raise_open_files();
  if (const auto of_server = open_files_of(options.servers)) {
    allowed = std::min(allowed, *of_server);
  }
  const std::size_t wanted = options.connections;
  if (allowed >= wanted + kSpareFiles) return wanted;
  what += fmt::format("; {} open files are all that is allowed", allowed);
  return allowed > kSpareFiles ? allowed - kSpareFiles : 0;
}

std::string next_batch(const Response& response) {
  require_success(response, "sync");
  return std::string(boost::json::parse(response.body).at("next_batch").as_string());
}

// What everybody knows after a first sync, by way of the ordinary connections.
std::vector<std::string> sync_first(Homeserver& server, const std::vector<User>& users) {
  std::vector<std::string> since(users.size());
  run_batch(
      server.loop(),
      {.count = users.size(),
       .make = [&](std::size_t i) { return server.sync(users[i], "", "timeout=0"); },
       .on_response = [&](std::size_t i, Response& response) { since[i] = next_batch(response); }});
  return since;
}

// The polls of people who have nothing to do with each other, each on a connection of its own.
class IdlePolls {
 public:
  IdlePolls(const Homeserver& server, Endpoint endpoint)
      : server_(server), loop_(std::move(endpoint)) {}

  // Waits in a sync when it returns; its connection was made, and has answered once.
  void add(const User& user, const std::string& since) {
    Connection& connection = loop_.connect();
    const Response now = loop_.ask(connection, server_.sync(user, since, "timeout=0"));
    wait(connection, user, next_batch(now));
  }

  void run_for(Clock::duration length) { loop_.run_for(length); }
  std::size_t answered() const { return answered_; }

 private:
  // What somebody knew already is told again, with a new position: wait from there.
  void wait(Connection& connection, const User& user, const std::string& since) {
    const auto parameters = fmt::format("timeout={}", kPollMilliseconds);
    loop_.send(connection, server_.sync(user, since, parameters),
               [this, &connection, user](Response& response) {
                 ++answered_;
                 wait(connection, user, next_batch(response));
               });
  }

  const Homeserver& server_;
  HttpLoop loop_;
  std::size_t answered_ = 0;
};

}  // namespace

CaseReport measure_idle_tls(Bench& bench) {
  const Options& options = bench.options;
  CaseReport report{.name = "idle_tls", .what = "long polls by TLS that nobody answers"};
  if (!options.tls || options.servers.empty()) {
    report.what += "; nothing to see without --tls-url and --pid";
    return report;
  }
  const std::size_t count = allowed_connections(options, report.what);
  const auto users = bench.server.register_crowd(count);
  const auto since = sync_first(bench.server, users);
  bench.server.loop().run_for(std::chrono::seconds(2));
  const auto before = resident_bytes_of(options.servers);

  IdlePolls polls(bench.server, *options.tls);
  const auto start = Clock::now();
  for (std::size_t i = 0; i < count; ++i) polls.add(users[i], since[i]);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  polls.run_for(kSettling);
  const auto answered = polls.answered();
  const auto cpu_before = cpu_time_of(options.servers);
  polls.run_for(kSettling);
  const double cpu = (cpu_time_of(options.servers) - cpu_before) / Microseconds(kSettling);
  const auto grown =
      static_cast<double>(resident_bytes_of(options.servers)) - static_cast<double>(before);

  if (polls.answered() != answered) throw HttpFailed("a poll that should be idle was answered");
  report.figures.push_back({.name = "connections", .value = static_cast<double>(count)});
  report.figures.push_back(
      {.name = "kilobytes_each", .value = grown / static_cast<double>(count) / 1000});
  report.figures.push_back({.name = "cpu_percent", .value = cpu * 100});
  report.figures.push_back(
      {.name = "connected_per_second", .value = static_cast<double>(count) / seconds});
  return report;
}

}  // namespace chancery::bench
