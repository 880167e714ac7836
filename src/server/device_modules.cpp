// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/device_modules.hpp"

namespace chancery::server {

runtime::Task<std::vector<devices::KnownDevice>> SignedInDevices::load_devices(
    protocol::UserId user) {
  const std::vector<storage::StoredDevice> stored = co_await store_.load_devices(std::move(user));
  std::vector<devices::KnownDevice> devices;
  devices.reserve(stored.size());
  for (const storage::StoredDevice& each : stored) {
    devices.push_back({.id = each.device, .display_name = each.display_name});
  }
  co_return devices;
}

DeviceModules::DeviceModules(Stores& stores, const Ports& ports)
    : directory(stores.sessions),
      lists({.store = stores.device_keys,
             .feed = stores.committer,
             .memberships = ports.memberships}),
      keys({.store = stores.device_keys,
            .committer = stores.committer,
            .recorder = stores.recorder,
            .turns = key_turns}),
      query({.store = stores.device_keys, .directory = directory, .server = ports.server}),
      cross_signing({.store = stores.device_keys,
                     .committer = stores.committer,
                     .recorder = stores.recorder,
                     .turns = key_turns}),
      to_device({.store = stores.to_device,
                 .transactions = stores.events,
                 .committer = stores.committer,
                 .directory = directory,
                 .clock = ports.clock,
                 .server = ports.server}),
      backups({.store = stores.key_backups,
               .committer = stores.committer,
               .recorder = stores.recorder}),
      dehydrated({.store = stores.dehydrated_devices,
                  .directory = directory,
                  .keys = keys,
                  .to_device = to_device,
                  .turns = key_turns,
                  .committer = stores.committer,
                  .recorder = stores.recorder,
                  .key_ring = stores.key_ring,
                  .random = ports.random,
                  .clock = ports.clock}) {}

}  // namespace chancery::server
