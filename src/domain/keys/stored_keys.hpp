// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The key ring's ear at the feed: tells it which of the keys it made have become durable.

#include "domain/keys/key_ring.hpp"
#include "storage/commit/committer.hpp"

namespace chancery::keys {

// Before the first commit. `ring` must outlive the feed.
void follow_stored_keys(KeyRing& ring, storage::CommittedChanges& feed);

}  // namespace chancery::keys
