// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The cases that chancery-bench measures. Each registers its own users, so that none feels what
// another has left behind, but for idle, which is to come first.

#include "tests/bench/chancery_bench/homeserver.hpp"
#include "tests/bench/chancery_bench/report.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::bench {

struct Options {
  std::string url;
  std::optional<Endpoint> tls;  // the same server by TLS
  Access access;
  std::vector<pid_t> servers;  // of whom CPU, memory and fsyncs are counted
  std::vector<std::string> cases;
  std::size_t senders = 64;
  std::size_t rooms = 1000;
  std::size_t events = 20;           // in each of these rooms
  double seconds = 5;                // of each measured window
  double rate = 100;                 // messages a second in the open loop
  std::size_t repeats = 5;           // of an initial sync
  std::size_t members = 1'000;       // who wait in a fan-out
  std::size_t connections = 10'000;  // that are idle
  std::size_t messages = 100'000;    // to be searched
  bool wants_json = false;
};

struct Bench {
  Options options;
  Homeserver& server;
};

CaseReport measure_idle(Bench& bench);
CaseReport measure_send_many(Bench& bench);
CaseReport measure_send_one(Bench& bench);
CaseReport measure_receive(Bench& bench);
CaseReport measure_initial_sync(Bench& bench);
CaseReport measure_incremental_sync(Bench& bench);
CaseReport measure_sliding_window(Bench& bench);
CaseReport measure_incremental_sizes(Bench& bench);
CaseReport measure_fanout(Bench& bench);
CaseReport measure_sliding_fanout(Bench& bench);
CaseReport measure_sender(Bench& bench);
CaseReport measure_search(Bench& bench);
CaseReport measure_idle_tls(Bench& bench);

struct Case {
  std::string_view name;
  CaseReport (*measure)(Bench&);
};
const std::vector<Case>& all_cases();

}  // namespace chancery::bench
