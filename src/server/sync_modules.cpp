// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/sync_modules.hpp"

namespace chancery::server {

SyncModules::SyncModules(Stores& stores, const Ports& ports)
    : wake_ups({.feed = stores.committer,
                .memberships = ports.rooms.memberships(),
                .typing = ports.room_modules.typing,
                .presence = ports.accounts.presence}),
      sections({.rooms = ports.rooms,
                .visible = ports.room_modules.visible,
                .aggregations = ports.room_modules.aggregations,
                .sticky = ports.room_modules.sticky,
                .receipts = ports.room_modules.receipts,
                .typing = ports.room_modules.typing,
                .unread = ports.unread,
                .sent_members = sent_members}),
      engine({.feed = stores.committer,
              .rooms = ports.rooms,
              .typing = ports.room_modules.typing,
              .sections = sections,
              .sent_members = sent_members,
              .wake_ups = wake_ups,
              .account_data = ports.accounts.account_data,
              .presence = ports.accounts.presence,
              .keys = ports.devices.keys,
              .lists = ports.devices.lists,
              .to_device = ports.devices.to_device,
              .clock = ports.clock},
             static_cast<std::uint64_t>(ports.clock.now().milliseconds)) {}

}  // namespace chancery::server
