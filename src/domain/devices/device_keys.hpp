// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Device keys: upload, one-time keys and fallback keys, and claiming them.
//
// Concurrency: any scheduler. A one-time key is given to one claim only.
// Failure:     ApiError for what the client got wrong; StorageError.
// Spec:        client-server, "Key management API", "Sending encrypted attachments" apart.

#include "base/json.hpp"
#include "domain/audit/recorder.hpp"
#include "domain/devices/key_turns.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/device_keys.hpp"

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace chancery::devices {

// One device of one user.
struct DeviceAddress {
  protocol::UserId user;
  protocol::DeviceId device;
  friend auto operator<=>(const DeviceAddress&, const DeviceAddress&) = default;

  struct Hash {
    std::size_t operator()(const DeviceAddress& address) const {
      return std::hash<protocol::UserId>{}(address.user) * 31 +
             std::hash<protocol::DeviceId>{}(address.device);
    }
  };
};

class DeviceKeys {
 public:
  struct Ports {
    storage::DeviceKeyStore& store;
    storage::Committer& committer;  // a reader is added to its feed
    audit::Recorder& recorder;
    KeyTurns& turns;  // those of CrossSigning too
  };
  explicit DeviceKeys(Ports ports);

  // The body of POST /keys/upload. Returns the counts of one-time keys after it.
  runtime::Task<storage::KeyCounts> upload(DeviceAddress from, base::JsonObject body);

  // The same as a part of a larger change, which is committed while the user's turn is held. True
  // when others must hear of it.
  runtime::Task<bool> add_to(storage::Change& change, DeviceAddress from,
                             const base::JsonObject& body);

  // From memory after the first question.
  runtime::Task<storage::KeyCounts> count_keys(DeviceAddress device);
  // The same where it is in memory; else absent.
  [[nodiscard]] std::optional<storage::KeyCounts> find_counts(const DeviceAddress& device);

  struct Claim {
    DeviceAddress device;
    std::string algorithm;
  };
  struct ClaimedKey {
    DeviceAddress device;
    std::string key_id;
    std::string json;
  };
  // One key for each claim that can be met: a one-time key, else the fallback key. Claims of
  // several people go on at once: each keeps its keys from the others until it is committed.
  runtime::Task<std::vector<ClaimedKey>> claim(protocol::UserId by, std::vector<Claim> claims);

 private:
  runtime::Task<bool> add_device_keys(DeviceAddress from, const base::JsonObject& keys,
                                      storage::Change& change);
  runtime::Task<bool> add_one_time_keys(DeviceAddress from, const base::JsonObject& keys,
                                        storage::Change& change);
  void add_fallback_keys(DeviceAddress from, const base::JsonObject& keys, storage::Change& change);
  class Reservations;
  runtime::Task<std::vector<ClaimedKey>> claim_once(protocol::UserId by, std::vector<Claim> claims);
  runtime::Task<std::optional<storage::OneTimeKey>> take_one_time_key(Claim wanted,
                                                                      Reservations& mine);

  Ports ports_;
  std::mutex mutex_;
  // One-time keys of claims that are not committed yet: device, algorithm, name.
  std::set<std::tuple<DeviceAddress, std::string, std::string>> reserved_;
  std::unordered_map<DeviceAddress, storage::KeyCounts, DeviceAddress::Hash> counts_;
  std::uint64_t forgettings_ = 0;  // so that counts read before a change are not kept after it
};

}  // namespace chancery::devices
