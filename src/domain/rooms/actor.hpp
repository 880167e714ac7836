// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Actors: who does something in a room, as the endpoints hand them on.
//
// Made here alone: an actor without the standing of the account could do what its person may not.

#include "domain/accounts/accounts.hpp"
#include "domain/accounts/session.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace chancery::rooms {

struct Actor {
  protocol::UserId user;
  protocol::DeviceId device;  // empty when no device acts
  policy::Subject subject;
  std::string service = {};        // the application service that acts as the user; "": none
  runtime::CancelToken gone = {};  // cancelled when they wait for it no longer
  // Whether a room's policy server is asked when they leave; see actor_taken_out.
  enum class Leaving : std::uint8_t { as_policy_server_says, unasked };
  Leaving leaving = Leaving::as_policy_server_says;

  [[nodiscard]] bool is_guest() const { return subject.role == policy::Role::guest; }
};

[[nodiscard]] inline Actor actor_of(const accounts::Session& session,
                                    runtime::CancelToken gone = {}) {
  return {.user = session.user,
          .device = session.device,
          .subject = session.subject(),
          .service = session.service,
          .gone = std::move(gone)};
}

// In whose name something is done while they are not there: as their account stands now.
[[nodiscard]] inline Actor actor_of(const storage::StoredAccount& account) {
  return actor_of(accounts::session_of(account));
}

// Somebody of this server to whom happens what the server itself or its owner decided, however
// their account stands: they leave their rooms, and the account of server notices speaks. Nothing
// that people could want themselves.
[[nodiscard]] inline Actor actor_of_server(const protocol::UserId& user) {
  return {.user = user,
          .device = {},
          .subject = {.user = user, .role = policy::Role::user, .authenticated_at = {}}};
}

// The same for somebody whom the server takes out of a room: their account has ended, or the room
// is removed. A policy server that is gone or refuses keeps nobody in.
[[nodiscard]] inline Actor actor_taken_out(const protocol::UserId& user) {
  Actor actor = actor_of_server(user);
  actor.leaving = Actor::Leaving::unasked;
  return actor;
}

}  // namespace chancery::rooms
