// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signed keys: device and cross-signing keys with the signatures that may be shown to someone.
//
// Spec: client-server, "Cross-signing"; POST /keys/query.

#include "base/json.hpp"
#include "protocol/identifiers.hpp"
#include "storage/device_keys.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::devices {

// The one public key of a cross-signing key object: its key id and raw 32 bytes. Absent when there
// is none, or more than one.
struct PublicKey {
  protocol::KeyId id;
  std::string bytes;
  std::string text;  // unpadded base64, as it names the key
};
[[nodiscard]] std::optional<PublicKey> public_key_of(const base::JsonObject& key);
// The Ed25519 key of a device: "ed25519:<device>" in its keys.
[[nodiscard]] std::optional<PublicKey> public_key_of_device(const base::JsonObject& keys,
                                                            const protocol::DeviceId& device);

// A key as it was stored. Throws StorageCorrupt when it is no JSON object.
[[nodiscard]] base::JsonObject parse_stored_key(const std::string& json);

// Adds to `key` the stored signatures on `target_key` that `viewer` may see: those of the key's
// owner, and the viewer's own.
void add_signatures(base::JsonObject& key, std::string_view target_key,
                    const std::vector<storage::PutKeySignature>& signatures,
                    const protocol::UserId& viewer);

}  // namespace chancery::devices
