// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Actors: who does something in a room, as the endpoints hand them on.

#include "domain/accounts/session.hpp"
#include "domain/policy/policy.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/cancellation.hpp"

#include <string>
#include <utility>

namespace chancery::rooms {

struct Actor {
  protocol::UserId user;
  protocol::DeviceId device;  // empty when no device acts
  policy::Subject subject;
  std::string service = {};        // the application service that acts as the user; "": none
  runtime::CancelToken gone = {};  // cancelled when they wait for it no longer

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

}  // namespace chancery::rooms
