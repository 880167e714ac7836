// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Devices: the list of where a person is signed in, as they see and tend it.
//
// Deleting one ends its session; what others keep for it (keys, messages) they drop when they read
// storage::DeleteDevice in the feed.
//
// Concurrency: any scheduler.
// Failure:     ApiError not_found; StorageError.

#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/device_uses.hpp"
#include "domain/accounts/on_behalf.hpp"
#include "domain/accounts/sessions.hpp"
#include "protocol/api_error.hpp"
#include "runtime/clock.hpp"
#include "storage/sessions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chancery::accounts {

// A device would have the name of a cross-signing key of its owner: M_FORBIDDEN.
[[nodiscard]] protocol::ApiError device_named_like_key();

class Devices {
 public:
  Devices(storage::SessionStore& store, AuditedCommits& commits, DeviceUses& uses,
          Sessions& sessions, runtime::Clock& clock)
      : store_(store), commits_(commits), uses_(uses), sessions_(sessions), clock_(clock) {}

  // With what was last seen, written yet or not.
  runtime::Task<std::vector<storage::StoredDevice>> load(protocol::UserId user);
  runtime::Task<storage::StoredDevice> get(protocol::UserId user, protocol::DeviceId device);
  // "": it has no name any more.
  runtime::Task<> rename(OnBehalf of, protocol::DeviceId device, std::string name);
  // The same, and makes the device where it is not there: for application services, which sign
  // nobody in. Absent `name`: whatever it is stays.
  enum class Put : std::uint8_t { renamed, made };
  runtime::Task<Put> put(OnBehalf of, protocol::DeviceId device, std::optional<std::string> name);
  // Those that are not there are passed over. When none is left, or an owner of the server does it,
  // what the person has proven so far opens no other one: sign-ins on pages end with them.
  runtime::Task<> remove(OnBehalf of, std::vector<protocol::DeviceId> devices);

 private:
  void add_use(storage::StoredDevice& device) const;

  storage::SessionStore& store_;
  AuditedCommits& commits_;
  DeviceUses& uses_;
  Sessions& sessions_;
  runtime::Clock& clock_;
};

}  // namespace chancery::accounts
