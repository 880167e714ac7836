// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/room_modules.hpp"

namespace chancery::server {

RoomModules::RoomModules(Stores& stores, const Config& config, const Ports& ports)
    : write_ports{.rooms = ports.rooms,
                  .committer = stores.committer,
                  .keys = stores.key_ring,
                  .recorder = stores.recorder,
                  .random = ports.random,
                  .clock = ports.clock,
                  .server = ports.server},
      aliases(write_ports, stores.directory),
      sending(write_ports, aliases),
      member_acts(write_ports, stores.profiles),
      creation(write_ports, stores.profiles, {.default_version = config.rooms.default_version}),
      upgrading(write_ports, creation, stores.profiles, stores.directory),
      directory(write_ports, stores.directory),
      hierarchy(ports.rooms),
      reports(write_ports),
      of_people(ports.rooms, member_acts),
      ignored_users(ports.account_data, stores.committer),
      visible(ports.rooms, ignored_users),
      reading(ports.rooms, visible),
      aggregations(ports.rooms, stores.committer),
      typing(ports.clock),
      receipts(write_ports, stores.receipts, ports.account_data),
      threads(write_ports, stores.thread_subscriptions, reading),
      transaction_sweeper(
          {.events = stores.events, .committer = stores.committer, .clock = ports.clock}) {}

}  // namespace chancery::server
