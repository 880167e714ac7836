// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What hosts say of the servers to which they hand everything on, asked for and remembered.
//
// An answer is remembered for as long as it says, within bounds. That there is none is remembered
// too, each time longer, up to an hour; who had one before and cannot be asked keeps it for two
// days in all.
//
// Concurrency: any thread.
// Failure:     a value; Cancelled.

#include "domain/federation/well_known.hpp"
#include "http/outbound.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/clock.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace chancery::federation {

class WellKnownServers {
 public:
  struct Ports {
    http::Outbound& outbound;
    runtime::Clock& clock;
  };
  explicit WellKnownServers(Ports ports, std::size_t most = 4'096) : ports_(ports), most_(most) {}

  // The server that `host` (a name, as in http::Url) names. Absent when it names none. Of `time`,
  // which whoever asks has for everything, a part is left for the server itself.
  runtime::Task<std::optional<protocol::ServerName>> find(std::string host, base::Milliseconds time,
                                                          runtime::CancelToken cancel);

 private:
  struct Known {
    std::optional<protocol::ServerName> server;
    runtime::SteadyTime asked_again;  // from then on
    runtime::SteadyTime forgotten;    // the server, where asking fails
    unsigned failures = 0;
  };
  runtime::Task<http::OutboundResult> ask(std::string host, base::Milliseconds time,
                                          runtime::CancelToken cancel);
  std::optional<protocol::ServerName> note(const std::string& host,
                                           const http::OutboundResult& answer);
  Known& place_for(const std::string& host);

  Ports ports_;
  const std::size_t most_;
  std::mutex mutex_;
  std::map<std::string, Known, std::less<>> known_;
};

}  // namespace chancery::federation
