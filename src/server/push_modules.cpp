// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/push_modules.hpp"

namespace chancery::server {

PushModules::PushModules(Stores& stores, const Ports& ports)
    : rules({.account_data = ports.accounts.account_data,
             .commits = ports.accounts.commits,
             .feed = stores.committer,
             .threads = &ports.room_modules.threads}),
      pushers({.store = stores.pushers,
               .commits = ports.accounts.commits,
               .keys = stores.key_ring,
               .clock = ports.clock,
               .random = ports.random}),
      notifications(
          {.rooms = ports.rooms, .receipts = ports.room_modules.receipts, .rules = rules}),
      unread({.rooms = ports.rooms,
              .receipts = ports.room_modules.receipts,
              .rules = rules,
              .feed = stores.committer}),
      upgraded(
          {.rooms = ports.rooms, .rules = rules, .account_data = ports.accounts.account_data}) {}

}  // namespace chancery::server
