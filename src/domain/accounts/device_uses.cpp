// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/device_uses.hpp"

#include "storage/commit/change.hpp"

namespace chancery::accounts {
namespace {

constexpr std::size_t kMostAChange = 256;
constexpr std::size_t kMostAgentBytes = 256;

std::string key_of(const protocol::UserId& user, const protocol::DeviceId& device) {
  std::string key = user.text();
  key += '\n';
  key += device.text();
  return key;
}

}  // namespace

void DeviceUses::note(const protocol::UserId& user, const protocol::DeviceId& device,
                      std::string address, std::string agent) {
  if (agent.size() > kMostAgentBytes) agent.resize(kMostAgentBytes);
  const base::Timestamp now = clock_.now();
  std::string key = key_of(user, device);
  const std::lock_guard lock(mutex_);
  const auto found = unwritten_.find(key);
  if (found != unwritten_.end()) {
    found->second.use = {.at = now, .address = std::move(address), .agent = std::move(agent)};
    return;
  }
  unwritten_.emplace(
      std::move(key),
      Entry{.user = user,
            .device = device,
            .use = {.at = now, .address = std::move(address), .agent = std::move(agent)}});
}

std::optional<DeviceUse> DeviceUses::find(const protocol::UserId& user,
                                          const protocol::DeviceId& device) const {
  const std::string key = key_of(user, device);
  const std::lock_guard lock(mutex_);
  const auto found = unwritten_.find(key);
  if (found == unwritten_.end()) return std::nullopt;
  return found->second.use;
}

void DeviceUses::forget(const protocol::UserId& user, const protocol::DeviceId& device) {
  const std::string key = key_of(user, device);
  const std::lock_guard lock(mutex_);
  unwritten_.erase(key);
}

runtime::Task<> DeviceUses::write() {
  std::unordered_map<std::string, Entry> writing;
  {
    const std::lock_guard lock(mutex_);
    writing.swap(unwritten_);
  }
  storage::Change change;
  for (auto& [key, entry] : writing) {
    change.mutations.emplace_back(storage::NoteDeviceUse{.user = std::move(entry.user),
                                                         .device = std::move(entry.device),
                                                         .at = entry.use.at,
                                                         .address = std::move(entry.use.address),
                                                         .agent = std::move(entry.use.agent)});
    if (change.mutations.size() < kMostAChange) continue;
    co_await commits_.keep_house(std::exchange(change, {}));
  }
  if (!change.mutations.empty()) co_await commits_.keep_house(std::move(change));
}

}  // namespace chancery::accounts
