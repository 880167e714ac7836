// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Wrapped keys: the key-encryption and epoch keys, each sealed under the one above it.
//
// Spec: docs/decisions, "record header"; reference hierarchy: root, then one key-encryption key for
// each (class, epoch), then room-epoch and sender-epoch keys.

#include "runtime/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace chancery::storage {

struct WrappedKey {
  std::uint32_t id = 0;          // given by domain/keys, dense, never used again
  std::string kind;              // "class_epoch", "room_epoch", "sender_epoch", "purpose"
  std::string scope;             // class, room id, user id or purpose
  std::int64_t epoch = 0;        // number of the period
  std::uint32_t wrapped_by = 0;  // id of the key above; 0: the root key
  std::string wrapped;           // AES-256-GCM: nonce, ciphertext, tag
};
struct PutWrappedKey {
  WrappedKey key;
};

class KeyStore {
 public:
  virtual ~KeyStore() = default;
  virtual runtime::Task<std::vector<WrappedKey>> load_keys() = 0;
};

}  // namespace chancery::storage
