// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/accounts/device_uses.hpp"

#include "base/utf8.hpp"
#include "storage/commit/change.hpp"

namespace chancery::accounts {
namespace {

constexpr std::size_t kMostAChange = 256;
constexpr std::size_t kMostAgentBytes = 256;

}  // namespace

void DeviceUses::note(const protocol::UserId& user, const protocol::DeviceId& device,
                      std::string_view address, std::string_view agent) {
  const base::Timestamp now = clock_.now();
  const std::lock_guard lock(mutex_);
  auto found = unwritten_.find(KeyView{user, device});
  if (found == unwritten_.end()) found = unwritten_.emplace(Key{user, device}, DeviceUse{}).first;
  DeviceUse& use = found->second;
  use.at = now;
  // Mostly they are those of the last time.
  if (use.address != address) use.address = address;
  if (use.agent != agent) use.agent = base::clean_utf8(agent, kMostAgentBytes);
}

std::optional<DeviceUse> DeviceUses::find(const protocol::UserId& user,
                                          const protocol::DeviceId& device) const {
  const std::lock_guard lock(mutex_);
  const auto found = unwritten_.find(KeyView{user, device});
  if (found == unwritten_.end()) return std::nullopt;
  return found->second;
}

void DeviceUses::forget(const protocol::UserId& user, const protocol::DeviceId& device) {
  const std::lock_guard lock(mutex_);
  const auto found = unwritten_.find(KeyView{user, device});
  if (found != unwritten_.end()) unwritten_.erase(found);
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
      const auto& [key, use] = *written;
      change.mutations.emplace_back(storage::NoteDeviceUse{.user = key.user,
                                                           .device = key.device,
                                                           .at = use.at,
                                                           .address = use.address,
                                                           .agent = use.agent});
    }
    co_await commits_.keep_house(std::move(change));
    entries.erase(entries.begin(), written);
  }
}

}  // namespace chancery::accounts
