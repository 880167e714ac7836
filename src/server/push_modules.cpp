// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/push_modules.hpp"

namespace chancery::server {
namespace {

push::PushQueues::Rules queue_rules(const Config& config) {
  return {
      .content = config.push.include_content ? push::Content::as_asked : push::Content::withheld,
      .slots = {}};
}

}  // namespace

// Only where mail can be sent.
runtime::Task<bool> AddressesOfAccounts::owns(protocol::UserId user, mail::Address address) {
  if (!mail_.queue.is_configured()) co_return false;
  co_return co_await mail_.ids.find_owner(std::move(address)) == user;
}

PushModules::PushModules(Stores& stores, const Config& config, const Ports& ports)
    : addresses(ports.mail),
      digests({.mails = ports.mail.queue, .commits = ports.accounts.commits},
              {.server_name = config.server.name,
               .public_url = config.public_url(),
               .secret = stores.root.derive("unsubscribe")}),
      rules({.account_data = ports.accounts.account_data,
             .commits = ports.accounts.commits,
             .feed = stores.committer,
             .threads = &ports.room_modules.threads}),
      pushers({.store = stores.pushers,
               .commits = ports.accounts.commits,
               .keys = stores.key_ring,
               .addresses = addresses,
               .clock = ports.clock,
               .random = ports.random}),
      notifications(
          {.rooms = ports.rooms, .receipts = ports.room_modules.receipts, .rules = rules}),
      unread({.rooms = ports.rooms,
              .receipts = ports.room_modules.receipts,
              .rules = rules,
              .feed = stores.committer}),
      upgraded({.rooms = ports.rooms, .rules = rules, .account_data = ports.accounts.account_data}),
      queues({.rooms = ports.rooms,
              .visible = ports.room_modules.visible,
              .pushers = pushers,
              .counters = unread,
              .outbound = ports.outbound,
              .digests = digests,
              .clock = ports.clock,
              .random = ports.random},
             queue_rules(config)),
      delivery({.rooms = ports.rooms,
                .visible = ports.room_modules.visible,
                .rules = rules,
                .counters = unread,
                .store = stores.pushers,
                .committer = stores.committer,
                .clock = ports.clock},
               queues) {}

}  // namespace chancery::server
