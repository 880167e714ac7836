// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Device uses: when and from where each device was last seen, in memory, written now and then.
//
// Concurrency: any thread.

#include "base/time.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "runtime/task.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace chancery::accounts {

struct DeviceUse {
  base::Timestamp at;
  std::string address;
  std::string agent;
};

class DeviceUses {
 public:
  DeviceUses(AuditedCommits& commits, runtime::Clock& clock) : commits_(commits), clock_(clock) {}

  void note(const protocol::UserId& user, const protocol::DeviceId& device,
            std::string_view address, std::string_view agent);
  // What has not been written yet.
  [[nodiscard]] std::optional<DeviceUse> find(const protocol::UserId& user,
                                              const protocol::DeviceId& device) const;
  void forget(const protocol::UserId& user, const protocol::DeviceId& device);
  // Writes what is new since the last time; the server calls it every few minutes and at stop. What
  // could not be written is kept for the next time.
  runtime::Task<> write();

 private:
  struct Key {
    protocol::UserId user;
    protocol::DeviceId device;
  };
  // The same of somebody else's making, so that no request copies names to be looked up.
  struct KeyView {
    const protocol::UserId& user;
    const protocol::DeviceId& device;
  };
  struct KeyHash {
    using is_transparent = void;
    std::size_t operator()(const auto& key) const {
      return std::hash<protocol::UserId>{}(key.user) * 31 +
             std::hash<protocol::DeviceId>{}(key.device);
    }
  };
  struct KeyEqual {
    using is_transparent = void;
    bool operator()(const auto& left, const auto& right) const {
      return left.user == right.user && left.device == right.device;
    }
  };
  using Entries = std::unordered_map<Key, DeviceUse, KeyHash, KeyEqual>;
  class Writing;

  AuditedCommits& commits_;
  runtime::Clock& clock_;
  mutable std::mutex mutex_;
  Entries unwritten_;
};

}  // namespace chancery::accounts
