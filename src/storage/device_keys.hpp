// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// End-to-end keys as stored: device keys, one-time and fallback keys, cross-signing, signatures.
//
// Keys are stored as the JSON that was uploaded, without `unsigned`.
// Failure: StorageError.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage {

// --- preconditions ---------------------------------------------------------------------------

// None of the user's cross-signing keys goes by the name that the device has: one could not tell
// what is signed.
struct RequireNoKeyOfDeviceName {
  static constexpr std::string_view kName = "no_key_of_device_name";
  protocol::UserId user;
  protocol::DeviceId device;
};

// --- mutations -------------------------------------------------------------------------------

struct PutDeviceKeys {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string json;
};
struct OneTimeKey {
  std::string algorithm;
  std::string name;  // what follows the colon of the key id
  std::string json;
};
// Keys of a name that exists are left as they are.
struct AddOneTimeKeys {
  protocol::UserId user;
  protocol::DeviceId device;
  std::vector<OneTimeKey> keys;
};
struct RemoveOneTimeKey {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string algorithm;
  std::string name;
};
// Replaces the device's fallback key of that algorithm; the new one is unused.
struct PutFallbackKey {
  protocol::UserId user;
  protocol::DeviceId device;
  OneTimeKey key;
};
struct MarkFallbackKeyUsed {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string algorithm;
};
// `usage`: "master", "self_signing" or "user_signing".
struct PutCrossSigningKey {
  protocol::UserId user;
  std::string usage;
  std::string json;
};
// A signature by `signer` (with `signer_key`, a key id) on `target_key` of `target`: a device id,
// or the unpadded base64 of a cross-signing key.
struct PutKeySignature {
  protocol::UserId target;
  std::string target_key;
  protocol::UserId signer;
  std::string signer_key;
  std::string signature;
};
// New master key: what was signed with or on the old keys says nothing any more.
struct ForgetKeySignatures {
  protocol::UserId target;
  std::string target_key;
};
// Tells those who share a room with `user` that their keys must be asked for again; or `seen_by`
// alone, where only they are shown what changed (their signature on the other's key).
struct NoteDeviceListChange {
  protocol::UserId user;
  protocol::UserId seen_by;  // empty: everyone
  friend bool operator==(const NoteDeviceListChange&, const NoteDeviceListChange&) = default;
};
// Everything that the device's keys and messages left behind.
struct ForgetDeviceMaterial {
  protocol::UserId user;
  protocol::DeviceId device;
};

// --- preconditions ---------------------------------------------------------------------------

struct RequireOneTimeKey {
  static constexpr std::string_view kName = "one_time_key";
  protocol::UserId user;
  protocol::DeviceId device;
  std::string algorithm;
  std::string name;
};

// --- what is read ----------------------------------------------------------------------------

struct StoredDeviceKeys {
  protocol::UserId user;
  protocol::DeviceId device;
  std::string json;
};
struct StoredCrossSigningKey {
  protocol::UserId user;
  std::string usage;
  std::string json;
};
struct StoredFallbackKey {
  OneTimeKey key;
  bool used = false;
};
struct KeyCounts {
  std::map<std::string, std::int64_t> one_time_keys;  // by algorithm; only those above 0
  std::vector<std::string> unused_fallback_algorithms;
};

class DeviceKeyStore {
 public:
  virtual ~DeviceKeyStore() = default;
  virtual runtime::Task<std::vector<StoredDeviceKeys>> load_device_keys(protocol::UserId user) = 0;
  virtual runtime::Task<std::vector<StoredCrossSigningKey>> load_cross_signing_keys(
      protocol::UserId user) = 0;
  virtual runtime::Task<std::vector<PutKeySignature>> load_key_signatures(
      protocol::UserId target) = 0;
  virtual runtime::Task<KeyCounts> count_keys(protocol::UserId user, protocol::DeviceId device) = 0;
  // Those of the names given that exist.
  virtual runtime::Task<std::vector<OneTimeKey>> load_one_time_keys(protocol::UserId user,
                                                                    protocol::DeviceId device) = 0;
  // The keys that were uploaded first, in that order.
  virtual runtime::Task<std::vector<OneTimeKey>> load_oldest_one_time_keys(
      protocol::UserId user, protocol::DeviceId device, std::string algorithm,
      std::size_t limit) = 0;
  virtual runtime::Task<std::optional<StoredFallbackKey>> find_fallback_key(
      protocol::UserId user, protocol::DeviceId device, std::string algorithm) = 0;
  // Changes at positions after < p ≤ until, each once.
  virtual runtime::Task<std::vector<NoteDeviceListChange>> load_device_list_changes(
      StreamPosition after, StreamPosition until) = 0;
  // Of these those of whoever is in a room with `viewer`, and those that `viewer` alone is shown.
  virtual runtime::Task<std::vector<NoteDeviceListChange>> load_device_list_changes_for(
      protocol::UserId viewer, StreamPosition after, StreamPosition until) = 0;
};

}  // namespace chancery::storage
