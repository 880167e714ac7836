// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/appservice_modules.hpp"

#include "server/appservice_files.hpp"

namespace chancery::server {

AppserviceNames::AppserviceNames(const Config& config, Ports ports)
    : registry(load_registrations(config)),
      client(ports.outbound),
      queries({.registry = registry, .client = client, .clock = ports.clock}) {}

AppserviceModules::AppserviceModules(Stores& stores, const Ports& ports)
    : ghosts({.registry = ports.names.registry,
              .creation = ports.accounts.creation,
              .sessions = ports.accounts.sessions,
              .accounts = stores.accounts}),
      journal({.store = stores.application_services,
               .committer = stores.committer,
               .keys = stores.key_ring,
               .random = ports.random,
               .clock = ports.clock}),
      deliveries(ports.names.registry,
                 {.journal = journal,
                  .client = ports.names.client,
                  .random = ports.random,
                  .clock = ports.clock},
                 {.feed = stores.committer,
                  .rooms = ports.rooms,
                  .directory = stores.directory,
                  .receipts = ports.room_modules.receipts,
                  .typing = ports.room_modules.typing,
                  .presence = ports.accounts.presence,
                  .accounts = stores.accounts,
                  .to_device = stores.to_device,
                  .device_lists = ports.devices.lists,
                  .device_keys = ports.devices.keys,
                  .queries = ports.names.queries,
                  .clock = ports.clock}),
      authenticator({.registry = ports.names.registry,
                     .people = ports.accounts.sessions,
                     .accounts = stores.accounts,
                     .devices = stores.sessions,
                     .deliveries = deliveries,
                     .clock = ports.clock}),
      networks(
          {.registry = ports.names.registry, .client = ports.names.client, .clock = ports.clock}),
      pings({.registry = ports.names.registry,
             .client = ports.names.client,
             .deliveries = deliveries,
             .clock = ports.clock}) {}

}  // namespace chancery::server
