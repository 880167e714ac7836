// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What everything that writes into rooms needs.
//
// Lifetime: all outlive whoever holds this.

#include "domain/accounts/invite_permissions.hpp"
#include "domain/audit/recorder.hpp"
#include "domain/keys/key_ring.hpp"
#include "domain/rooms/alias_owners.hpp"
#include "domain/rooms/policy_servers.hpp"
#include "domain/rooms/rooms.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/clock.hpp"
#include "runtime/random.hpp"
#include "storage/commit/committer.hpp"

#include <cstdint>

namespace chancery::rooms {

struct WritePorts {
  Rooms& rooms;
  storage::Committer& committer;
  keys::KeyRing& keys;
  audit::Recorder& recorder;
  runtime::Random& random;
  runtime::Clock& clock;
  protocol::ServerName server;  // ours
  accounts::InvitePermissions& invites;
  // Whether a room that someone leaves, or is put out of, is forgotten at once.
  enum class Leaving : std::uint8_t { remembers, forgets } leaving = Leaving::remembers;
  // Who tells people what the server has to say; empty: nobody.
  protocol::UserId notices = {};
  AliasOwners* alias_owners = nullptr;  // null: nobody owns any
  // Null: none can be asked, so a room that uses one takes no event.
  PolicyServers* policy_servers = nullptr;
};

}  // namespace chancery::rooms
