// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/devices.hpp"

#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"
#include "storage/errors.hpp"

#include <algorithm>

namespace chancery::accounts {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

void check_name(const std::string& name) {
  if (name.size() <= kMostDeviceNameBytes) return;
  throw ApiError(ErrorCode::too_large, "The name of a device may have at most 256 bytes")
      .with_status(400);
}

std::vector<protocol::DeviceId> distinct(std::vector<protocol::DeviceId> devices) {
  std::ranges::sort(devices, {}, &protocol::DeviceId::text);
  const auto again = std::ranges::unique(devices);
  devices.erase(again.begin(), again.end());
  return devices;
}

}  // namespace

ApiError device_named_like_key() {
  return ApiError(ErrorCode::forbidden, "This device id is the name of a cross-signing key");
}

void Devices::add_use(storage::StoredDevice& device) const {
  const auto use = uses_.find(device.user, device.device);
  if (!use) return;
  device.last_seen_at = use->at;
  device.last_seen_address = use->address;
  device.last_seen_agent = use->agent;
}

runtime::Task<std::vector<storage::StoredDevice>> Devices::load(protocol::UserId user) {
  std::vector<storage::StoredDevice> devices = co_await store_.load_devices(std::move(user));
  for (storage::StoredDevice& device : devices) add_use(device);
  co_return devices;
}

runtime::Task<storage::StoredDevice> Devices::get(protocol::UserId user,
                                                  protocol::DeviceId device) {
  auto found = co_await store_.find_device(std::move(user), std::move(device));
  if (!found) throw ApiError(ErrorCode::not_found, "No such device");
  add_use(*found);
  co_return *std::move(found);
}

runtime::Task<> Devices::rename(OnBehalf of, protocol::DeviceId device, std::string name) {
  check_name(name);
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireDevice{of.user(), device});
  change.mutations.emplace_back(storage::PutDevice{.user = of.user(),
                                                   .device = device,
                                                   .display_name = std::move(name),
                                                   .created_at = {},
                                                   .name = storage::PutDevice::Name::of_any});
  audit::Act act = of.act("device.rename", device.text());
  bool is_there = true;
  try {
    co_await commits_.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict&) {  // its only precondition
    is_there = false;
  }
  if (!is_there) throw ApiError(ErrorCode::not_found, "No such device");
}

runtime::Task<Devices::Put> Devices::put(OnBehalf of, protocol::DeviceId device,
                                         std::optional<std::string> name) {
  if (co_await store_.find_device(of.user(), device)) {
    if (name) co_await rename(std::move(of), std::move(device), *std::move(name));
    co_return Put::renamed;
  }
  if (name) check_name(*name);
  storage::Change change;
  change.preconditions.emplace_back(storage::RequireAccountActive{of.user()});
  change.preconditions.emplace_back(storage::RequireNoKeyOfDeviceName{of.user(), device});
  change.mutations.emplace_back(storage::PutDevice{.user = of.user(),
                                                   .device = device,
                                                   .display_name = name.value_or(""),
                                                   .created_at = clock_.now()});
  audit::Act act = of.act("device.make", device.text());
  if (of.is_by_service()) act.rule = "appservice";
  bool is_named_like_key = false;
  try {
    co_await commits_.commit(std::move(change), std::move(act));
  } catch (const storage::StorageConflict& conflict) {  // it may be the name, told below
    if (conflict.precondition != storage::RequireNoKeyOfDeviceName::kName) throw;
    is_named_like_key = true;
  }
  if (is_named_like_key) throw device_named_like_key();
  co_return Put::made;
}

runtime::Task<> Devices::remove(OnBehalf of, std::vector<protocol::DeviceId> devices) {
  storage::Change change;
  std::string names;
  for (protocol::DeviceId& device : distinct(std::move(devices))) {
    const auto found = co_await store_.find_device(of.user(), device);
    if (!found) continue;
    if (!names.empty()) names += ' ';
    names += device.text();
    change.mutations.emplace_back(storage::DeleteDevice{of.user(), std::move(device)});
  }
  if (change.mutations.empty()) co_return;
  const protocol::UserId& user = of.user();
  const bool are_all = change.mutations.size() == (co_await store_.load_devices(user)).size();
  const bool ends_proofs = are_all || of.is_by_owner();
  if (ends_proofs) sessions_.end_proofs(user);
  co_await commits_.commit(std::move(change), of.act("device.delete", std::move(names)));
  if (ends_proofs) sessions_.end_proofs(user);
}

}  // namespace chancery::accounts
