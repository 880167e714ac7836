// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of end-to-end encryption: keys, cross-signing, messages to devices, key backups.

#include "api/boundary/route.hpp"
#include "domain/devices/cross_signing.hpp"
#include "domain/devices/dehydrated_devices.hpp"
#include "domain/devices/device_keys.hpp"
#include "domain/devices/device_lists.hpp"
#include "domain/devices/key_backups.hpp"
#include "domain/devices/key_query.hpp"
#include "domain/devices/to_device.hpp"

#include <vector>

namespace chancery::client {

class InteractiveAuth;

struct DeviceServices {
  devices::DeviceKeys& keys;
  devices::KeyQuery& query;
  devices::CrossSigning& cross_signing;
  devices::DeviceLists& lists;
  devices::ToDevice& to_device;
  devices::KeyBackups& backups;
  devices::DehydratedDevices& dehydrated;
  InteractiveAuth& interactive;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> device_routes(const DeviceServices& services);

// One a file; those of one resource together.
[[nodiscard]] boundary::Route upload_keys(devices::DeviceKeys& keys);
[[nodiscard]] boundary::Route claim_keys(devices::DeviceKeys& keys);
[[nodiscard]] boundary::Route query_keys(devices::KeyQuery& query);
[[nodiscard]] boundary::Route key_changes(devices::DeviceLists& lists);
[[nodiscard]] boundary::Route upload_cross_signing_keys(devices::CrossSigning& cross_signing,
                                                        InteractiveAuth& interactive);
[[nodiscard]] boundary::Route upload_signatures(devices::CrossSigning& cross_signing);
[[nodiscard]] boundary::Route send_to_device(devices::ToDevice& to_device);
[[nodiscard]] std::vector<boundary::Route> dehydrated_device_routes(
    devices::DehydratedDevices& dehydrated);
[[nodiscard]] boundary::Route change_key_backup(devices::KeyBackups& backups);
[[nodiscard]] boundary::Route create_key_backup(devices::KeyBackups& backups);
[[nodiscard]] std::vector<boundary::Route> backed_up_key_routes(devices::KeyBackups& backups);
[[nodiscard]] boundary::Route get_key_backup(devices::KeyBackups& backups);
[[nodiscard]] boundary::Route newest_key_backup(devices::KeyBackups& backups);
[[nodiscard]] boundary::Route remove_key_backup(devices::KeyBackups& backups);

}  // namespace chancery::client
