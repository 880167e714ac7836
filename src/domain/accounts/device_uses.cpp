// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/device_uses.hpp"

#include "base/utf8.hpp"
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
  agent = base::clean_utf8(agent, kMostAgentBytes);
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

// Puts back what was not written; what has been noted since is newer and stays.
class DeviceUses::Writing {
 public:
  explicit Writing(DeviceUses& uses) : uses_(uses) {
    const std::lock_guard lock(uses_.mutex_);
    entries_.swap(uses_.unwritten_);
  }
  ~Writing() {
    const std::lock_guard lock(uses_.mutex_);
    uses_.unwritten_.merge(entries_);
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  [[nodiscard]] Entries& entries() { return entries_; }

 private:
  DeviceUses& uses_;
  Entries entries_;
};

runtime::Task<> DeviceUses::write() {
  Writing writing(*this);
  Entries& entries = writing.entries();
  while (!entries.empty()) {
    storage::Change change;
    auto written = entries.begin();
    for (; written != entries.end() && change.mutations.size() < kMostAChange; ++written) {
      const Entry& entry = written->second;
      change.mutations.emplace_back(storage::NoteDeviceUse{.user = entry.user,
                                                           .device = entry.device,
                                                           .at = entry.use.at,
                                                           .address = entry.use.address,
                                                           .agent = entry.use.agent});
    }
    co_await commits_.keep_house(std::move(change));
    entries.erase(entries.begin(), written);
  }
}

}  // namespace chancery::accounts
