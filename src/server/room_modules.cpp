// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/room_modules.hpp"

namespace chancery::server {

RoomModules::RoomModules(Stores& stores, const Config& config, const Ports& ports)
    : invite_permissions(ports.account_data, stores.committer),
      write_ports{.rooms = ports.rooms,
                  .committer = stores.committer,
                  .keys = stores.key_ring,
                  .recorder = stores.recorder,
                  .random = ports.random,
                  .clock = ports.clock,
                  .server = ports.server,
                  .invites = invite_permissions,
                  .leaving = config.rooms.forget_on_leave ? rooms::WritePorts::Leaving::forgets
                                                          : rooms::WritePorts::Leaving::remembers,
                  .notices = ports.notices,
                  .alias_owners = &ports.alias_owners,
                  .policy_servers = &ports.policy_servers},
      aliases(write_ports, stores.directory),
      sticky(ports.rooms, ports.clock, stores.committer),
      sending(write_ports, aliases, sticky),
      delayed({.write = write_ports,
               .sending = sending,
               .store = stores.delayed_events,
               .accounts = stores.accounts},
              {.longest = config.rooms.delayed_events_longest,
               .most = static_cast<std::size_t>(config.rooms.delayed_events_per_user)}),
      member_acts(write_ports, stores.profiles),
      guest_departures({.rooms = ports.rooms,
                        .acts = member_acts,
                        .accounts = stores.accounts,
                        .feed = stores.committer}),
      creation(write_ports, stores.profiles, {.default_version = config.rooms.default_version}),
      upgrading(write_ports, creation, stores.profiles, stores.directory),
      directory(write_ports, stores.directory),
      hierarchy(ports.rooms),
      reports(write_ports),
      of_people(ports.rooms, member_acts),
      ignored_users(ports.account_data, stores.committer),
      visible(ports.rooms, ignored_users, invite_permissions, ports.erased),
      reading(ports.rooms, visible),
      relation_summaries(ports.rooms, stores.committer),
      aggregations(ports.rooms, visible, relation_summaries),
      typing(ports.clock, stores.committer),
      receipts(write_ports, stores.receipts, ports.account_data),
      threads(write_ports, stores.thread_subscriptions, reading),
      transaction_sweeper(
          {.events = stores.events, .committer = stores.committer, .clock = ports.clock}) {}

}  // namespace chancery::server
