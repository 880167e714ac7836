// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The device modules, put together: end-to-end keys, device lists, messages to devices.

#include "domain/devices/cross_signing.hpp"
#include "domain/devices/dehydrated_devices.hpp"
#include "domain/devices/device_directory.hpp"
#include "domain/devices/device_keys.hpp"
#include "domain/devices/device_lists.hpp"
#include "domain/devices/key_backups.hpp"
#include "domain/devices/key_query.hpp"
#include "domain/devices/to_device.hpp"
#include "domain/rooms/memberships.hpp"
#include "server/stores.hpp"

namespace chancery::server {

// The devices that are signed in, as the session store has them.
class SignedInDevices final : public devices::DeviceDirectory {
 public:
  explicit SignedInDevices(storage::SessionStore& store) : store_(store) {}
  runtime::Task<std::vector<devices::KnownDevice>> load_devices(protocol::UserId user) override;

 private:
  storage::SessionStore& store_;
};

struct DeviceModules {
  struct Ports {
    rooms::Memberships& memberships;
    runtime::Clock& clock;
    runtime::Random& random;
    const protocol::ServerName& server;
  };
  DeviceModules(Stores& stores, const Ports& ports);

  SignedInDevices directory;
  devices::DeviceLists lists;
  devices::KeyTurns key_turns;
  devices::DeviceKeys keys;
  devices::KeyQuery query;
  devices::CrossSigning cross_signing;
  devices::ToDevice to_device;
  devices::KeyBackups backups;
  devices::DehydratedDevices dehydrated;
};

}  // namespace chancery::server
