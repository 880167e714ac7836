// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The key ring: the hierarchy of keys under the root, and the lock for each record.
//
// root (from the provider) wraps one key-encryption key for each (class, epoch); that wraps the
// room-epoch and sender-epoch keys. A record's lock is its room's and its sender's key together:
// destroying the first shreds a period, the second a person. Epochs are calendar months (UTC).
//
// Concurrency: any thread.
// Failure:     StorageCorrupt when a wrapped key does not open (a wrong root key).

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/random.hpp"
#include "storage/record.hpp"
#include "storage/wrapped_keys.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::keys {

// A lock to seal with, and the keys made for it: they must be stored in the same change, before
// the record (harmless if they already are).
struct FreshLock {
  storage::RecordLock lock;
  std::vector<storage::PutWrappedKey> made;
};

class KeyRing : public storage::RecordKeys {
 public:
  // For a record in `room` by `sender`; either may be empty: that lock is not used then (account
  // records have no room). Requires: not both empty.
  [[nodiscard]] virtual FreshLock lock_for(std::string_view room, std::string_view sender,
                                           base::Timestamp at) = 0;
  // For what belongs to neither: "audit", "media", "signing". Epochs as above.
  [[nodiscard]] virtual FreshLock lock_for_purpose(std::string_view purpose,
                                                   base::Timestamp at) = 0;
  // After the change with `made` has been committed; until then lock_for returns it again.
  virtual void note_stored(const std::vector<storage::PutWrappedKey>& made) = 0;
};

}  // namespace chancery::keys
