// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/stored_keys.hpp"

#include "storage/commit/change.hpp"

namespace chancery::keys {

void follow_stored_keys(KeyRing& ring, storage::CommittedChanges& feed) {
  feed.add_reader([&ring](const storage::CommittedChange& committed) {
    std::vector<storage::PutWrappedKey> stored;
    for (const storage::Mutation& mutation : committed.change.mutations) {
      if (const auto* put = std::get_if<storage::PutWrappedKey>(&mutation)) stored.push_back(*put);
    }
    if (committed.change.audit) {
      const auto& keys = committed.change.audit->keys;
      stored.insert(stored.end(), keys.begin(), keys.end());
    }
    if (!stored.empty()) ring.note_stored(stored);
  });
}

}  // namespace chancery::keys
