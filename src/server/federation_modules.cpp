// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/federation_modules.hpp"

namespace chancery::server {
namespace {

federation::PolicyServerClient::Settings policy_settings(const Config& config) {
  using UnderOwnName = federation::PolicyServerClient::UnderOwnName;
  const bool has_one = !config.policy_server.public_key.empty();
  return {.patience = config.policy_server.patience,
          .own = has_one ? UnderOwnName::there_is_one : UnderOwnName::there_is_none};
}

}  // namespace

FederationModules::FederationModules(Stores& stores, const Config& config, const Ports& ports)
    : well_known({.outbound = ports.outbound, .clock = ports.clock}),
      discovery({.well_known = well_known, .resolver = ports.resolver, .random = ports.random}),
      client({.discovery = discovery,
              .outbound = ports.outbound,
              .key = stores.signing.key,
              .origin = ports.server}),
      policy_servers({.client = client,
                      .clock = ports.clock,
                      .key = stores.signing.key,
                      .server = ports.server},
                     policy_settings(config)) {}

}  // namespace chancery::server
