// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Messages to devices: kept for each device until its next `since` acknowledges them.
//
// Concurrency: any scheduler.
// Spec: client-server, "Send-to-Device messaging".

#include "base/json.hpp"
#include "domain/audit/recorder.hpp"
#include "domain/devices/device_directory.hpp"
#include "domain/devices/device_keys.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "runtime/task.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/commit/committer.hpp"
#include "storage/commit/newest_changes.hpp"
#include "storage/events.hpp"
#include "storage/to_device.hpp"

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace chancery::devices {

class ToDevice {
 public:
  struct Ports {
    storage::ToDeviceStore& store;
    storage::EventStore& transactions;
    storage::Committer& committer;  // a reader is added to its feed
    DeviceDirectory& directory;
    runtime::Clock& clock;
    const protocol::ServerName& server;
  };
  explicit ToDevice(Ports ports);

  struct Sending {
    DeviceAddress from;
    std::string type;
    std::string transaction;
    base::JsonObject messages;  // user id → device id or "*" → content
  };
  // A repeated transaction sends nothing. Throws ApiError for what is malformed.
  runtime::Task<> send(Sending sending);

  struct Page {
    std::vector<std::string> messages;  // JSON
    storage::StreamPosition until;      // all up to here are in this page or before
  };
  // False only if nothing came for any device of the user after `after`. Without a lock.
  [[nodiscard]] bool may_have_come(const protocol::UserId& user,
                                   storage::StreamPosition after) const {
    return newest_of_user_.may_have_come(user, after);
  }
  // What waits for the device at positions after < p ≤ until, at most about `limit` messages.
  runtime::Task<Page> load(DeviceAddress device, storage::StreamPosition after,
                           storage::StreamPosition until, std::size_t limit);
  // The device has everything up to `until`: it is never sent again.
  runtime::Task<> acknowledge(DeviceAddress device, storage::StreamPosition until);
  // Does the same without a wait where nothing came since the last acknowledgement, which is nearly
  // always. False: it is not done.
  [[nodiscard]] bool acknowledge_at_once(const DeviceAddress& device,
                                         storage::StreamPosition until);

 private:
  runtime::Task<> collect(const Sending& sending, storage::AddToDeviceMessages& add);
  [[nodiscard]] storage::StreamPosition bound(storage::StreamPosition until) const;
  // Requires: the mutex.
  [[nodiscard]] storage::StreamPosition newest_for(const DeviceAddress& device) const;

  Ports ports_;
  runtime::Turnstiles<protocol::UserId> sending_;  // a repeat waits for the first
  storage::StreamPosition started_at_;
  storage::NewestChanges newest_of_user_;
  std::mutex mutex_;
  std::unordered_map<DeviceAddress, storage::StreamPosition, DeviceAddress::Hash> newest_;
  std::unordered_map<DeviceAddress, storage::StreamPosition, DeviceAddress::Hash> acknowledged_;
};

}  // namespace chancery::devices
