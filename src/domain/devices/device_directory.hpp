// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The directory of devices: which devices an account has, as this module needs to know.
//
// A port; accounts, which own devices, stand behind it.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <string>
#include <vector>

namespace chancery::devices {

struct KnownDevice {
  protocol::DeviceId id;
  std::string display_name;  // "" when none
};

class DeviceDirectory {
 public:
  virtual ~DeviceDirectory() = default;
  // Empty for a user that this server does not have.
  virtual runtime::Task<std::vector<KnownDevice>> load_devices(protocol::UserId user) = 0;
};

}  // namespace chancery::devices
