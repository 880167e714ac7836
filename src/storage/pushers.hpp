// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Pushers as stored: where a user's devices want to be told of notifications.
//
// A push key says which device it is, so only its hash is in clear, and what the client said of the
// pusher is sealed. A pusher goes with the device that made it.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::storage {

struct PusherKey {
  protocol::UserId user;
  std::string app_id;
  std::string pushkey_hash;  // SHA-256, 32 bytes
  friend bool operator==(const PusherKey&, const PusherKey&) = default;
};
// What the record of a pusher is bound to.
[[nodiscard]] inline std::string pusher_binding(const PusherKey& key) {
  return "pusher\n" + key.user.text() + "\n" + key.app_id + "\n" + key.pushkey_hash;
}

// --- mutations -------------------------------------------------------------------------------

// Replaces the pusher of that key.
struct PutPusher {
  PusherKey key;
  protocol::DeviceId device;  // that made it
  std::string record;         // storage/record.hpp over the pusher's JSON
};
struct RemovePusher {
  PusherKey key;
};
// Pushers of the same app and push key that belong to anyone else: the device has a new user.
struct RemovePushersOfOthers {
  PusherKey key;
};
// The position before the oldest notification that the pusher has not been told of; 0: none waits.
// Nothing happens when there is no such pusher any more.
struct SetPusherBehind {
  PusherKey key;
  StreamPosition after;
};
// Of every event up to here it is known whom it notifies; what they have not been told of yet is
// told by SetPusherBehind.
struct NotePushProgress {
  StreamPosition evaluated_until;
};

// --- what is read ----------------------------------------------------------------------------

struct StoredPusher {
  PusherKey key;
  protocol::DeviceId device;
  std::string record;
  StreamPosition behind_after;  // see SetPusherBehind
};

class PusherStore {
 public:
  virtual ~PusherStore() = default;
  // In the order of app and push key.
  virtual runtime::Task<std::vector<StoredPusher>> load_pushers(protocol::UserId user) = 0;
  // Everyone who has a pusher.
  virtual runtime::Task<std::vector<protocol::UserId>> load_pusher_owners() = 0;
  // Those of whom something waits.
  virtual runtime::Task<std::vector<StoredPusher>> load_pushers_behind() = 0;
  // Absent before the first NotePushProgress.
  virtual runtime::Task<std::optional<StreamPosition>> find_push_progress() = 0;
};

}  // namespace chancery::storage
