// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The federation modules, put together: other servers found, asked, and what rooms ask of them.

#include "domain/federation/policy_server_client.hpp"
#include "domain/federation/server_client.hpp"
#include "domain/federation/server_discovery.hpp"
#include "domain/federation/well_known_servers.hpp"
#include "http/outbound.hpp"
#include "runtime/resolver.hpp"
#include "server/config.hpp"
#include "server/stores.hpp"

namespace chancery::server {

struct FederationModules {
  struct Ports {
    http::Outbound& outbound;
    runtime::Resolver& resolver;
    runtime::Clock& clock;
    runtime::Random& random;
    protocol::ServerName server;
  };
  FederationModules(Stores& stores, const Config& config, const Ports& ports);

  federation::WellKnownServers well_known;
  federation::ServerDiscovery discovery;
  federation::ServerClient client;
  federation::PolicyServerClient policy_servers;
};

}  // namespace chancery::server
