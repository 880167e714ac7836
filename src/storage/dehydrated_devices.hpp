// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Dehydrated devices as stored: at most one a person, whose private keys the client has sealed.
//
// The device itself and its keys are where those of all devices are; it goes when the device goes.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>

namespace chancery::storage {

// What the record of a dehydrated device is bound to.
[[nodiscard]] inline std::string dehydrated_device_binding(const protocol::UserId& user,
                                                           const protocol::DeviceId& device) {
  return "dehydrated device\n" + user.text() + "\n" + device.text();
}

// Takes the place of the one that the user had.
struct PutDehydratedDevice {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string record;  // storage/record.hpp over the client's data, as JSON
};

struct StoredDehydratedDevice {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string record;
};

class DehydratedDeviceStore {
 public:
  virtual ~DehydratedDeviceStore() = default;
  virtual runtime::Task<std::optional<StoredDehydratedDevice>> find_dehydrated_device(
      protocol::UserId user) = 0;
};

}  // namespace chancery::storage
