// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Key queries: the device and cross-signing keys of users, as one of them may see them.
//
// Spec: POST /keys/query.

#include "base/json.hpp"
#include "domain/devices/device_directory.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/device_keys.hpp"

#include <map>
#include <vector>

namespace chancery::devices {

class KeyQuery {
 public:
  struct Ports {
    storage::DeviceKeyStore& store;
    DeviceDirectory& directory;
    const protocol::ServerName& server;
  };
  explicit KeyQuery(Ports ports) : ports_(ports) {}

  // No devices named: all of them.
  using Wanted = std::map<protocol::UserId, std::vector<protocol::DeviceId>>;
  // The body of the answer. Users of other servers are reported under `failures`.
  runtime::Task<base::JsonObject> query(protocol::UserId viewer, Wanted wanted);

 private:
  struct Answer;
  runtime::Task<> add_user(Answer& answer, const protocol::UserId& viewer,
                           const protocol::UserId& user,
                           const std::vector<protocol::DeviceId>& devices);

  Ports ports_;
};

}  // namespace chancery::devices
