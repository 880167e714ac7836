// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Outages: which servers did not answer of late, so that nobody waits for them in vain.
//
// After some failures in a row a server is left alone for a while, each time longer; then one
// request may try whether it is back.
//
// Concurrency: any thread.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"

#include <cstddef>
#include <map>
#include <mutex>

namespace chancery::federation {

class Outages {
 public:
  struct Limits {
    unsigned failures = 3;  // in a row, before it is left alone
    base::Milliseconds first_pause{30'000};
    base::Milliseconds longest_pause{600'000};
    std::size_t most = 1'024;  // servers remembered
  };
  explicit Outages(runtime::Clock& clock) : Outages(clock, Limits{}) {}
  Outages(runtime::Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

  // False while the server is left alone. When its pause is over, true to the first who asks, and
  // to the next one after `patience` if nothing was noted until then.
  [[nodiscard]] bool may_ask(const protocol::ServerName& server, base::Milliseconds patience);
  void note_answer(const protocol::ServerName& server);
  void note_failure(const protocol::ServerName& server);

 private:
  struct Outage {
    unsigned failures = 0;
    runtime::SteadyTime until;
  };

  runtime::Clock& clock_;
  const Limits limits_;
  std::mutex mutex_;
  std::map<protocol::ServerName, Outage> outages_;
};

}  // namespace chancery::federation
