// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What everything that writes into rooms needs.
//
// Lifetime: all outlive whoever holds this.

#include "domain/audit/recorder.hpp"
#include "domain/keys/key_ring.hpp"
#include "domain/rooms/alias_owners.hpp"
#include "domain/rooms/rooms.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "storage/commit/committer.hpp"

namespace chancery::rooms {

struct WritePorts {
  Rooms& rooms;
  storage::Committer& committer;
  keys::KeyRing& keys;
  audit::Recorder& recorder;
  runtime::Random& random;
  runtime::Clock& clock;
  protocol::ServerName server;          // ours
  AliasOwners* alias_owners = nullptr;  // null: nobody owns any
};

}  // namespace chancery::rooms
