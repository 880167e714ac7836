// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/device_ends.hpp"

#include "storage/errors.hpp"

namespace chancery::accounts {
namespace {

// Each is lost to a sign-in of the same person that was faster.
constexpr unsigned kMostAttempts = 16;

}  // namespace

runtime::Task<bool> DeviceEnds::try_commit(storage::Change change, audit::Act act,
                                           DevicesToEnd ending) {
  storage::RequireDevices required{.user = ending.user, .devices = {}};
  for (const storage::StoredDevice& each : co_await store_.load_devices(ending.user)) {
    required.devices.push_back(each.device);
    if (ending.but && each.device == *ending.but) continue;
    change.mutations.emplace_back(storage::DeleteDevice{ending.user, each.device});
  }
  change.preconditions.emplace_back(std::move(required));
  bool is_made = true;
  try {
    co_await commits_.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict& conflict) {  // tried again with the devices there are
    if (conflict.precondition != storage::RequireDevices::kName) throw;
    is_made = false;
  }
  co_return is_made;
}

runtime::Task<> DeviceEnds::commit(storage::Change change, audit::Act act, DevicesToEnd ending) {
  for (unsigned attempt = 0; attempt < kMostAttempts; ++attempt) {
    const bool is_made = co_await try_commit(change, act, ending);
    if (is_made) co_return;
  }
  throw storage::StorageConflict(std::string(storage::RequireDevices::kName));
}

}  // namespace chancery::accounts
