// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Server discovery: from the name of a server to the places where it may be asked.
//
// Concurrency: any scheduler.
// Failure:     a value; Cancelled.
// Spec:        server-server, "Resolving server names".

#include "domain/federation/well_known_servers.hpp"
#include "http/outbound.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"
#include "runtime/random.hpp"
#include "runtime/resolver.hpp"
#include "runtime/task.hpp"

#include <string>
#include <vector>

namespace chancery::federation {

// Where to ask a server.
struct Destination {
  std::string origin;  // "https://example.org": the host that the certificate must be for
  http::Place place;
  friend bool operator==(const Destination& left, const Destination& right) {
    return left.origin == right.origin && left.place.host == right.place.host &&
           left.place.port == right.place.port && left.place.authority == right.place.authority;
  }
};

class ServerDiscovery {
 public:
  struct Ports {
    WellKnownServers& well_known;
    runtime::Resolver& resolver;
    runtime::Random& random;
  };
  explicit ServerDiscovery(Ports ports) : ports_(ports) {}

  // In the order in which to try them, at most three. Empty: it says that it is nowhere, or its
  // name is one that nothing can have. `time` is what there is for finding and asking it.
  runtime::Task<std::vector<Destination>> find(protocol::ServerName name, base::Milliseconds time,
                                               runtime::CancelToken cancel);

 private:
  // Where `host` is by its SRV records, or else by its own addresses.
  runtime::Task<std::vector<Destination>> find_by_records(std::string host, std::string authority,
                                                          runtime::CancelToken cancel);

  Ports ports_;
};

}  // namespace chancery::federation
