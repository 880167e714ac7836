// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// TURN credentials: names and passwords by which a relay server of calls knows that somebody is
// ours, for a while.
//
// The relay shares a secret with us and keeps no accounts (the REST API of coturn and others).
//
// Concurrency: any thread.
// Spec:        client-server, "Voice over IP": GET /voip/turnServer.

#include "base/json.hpp"
#include "base/time.hpp"
#include "domain/accounts/session.hpp"
#include "runtime/clock.hpp"

#include <string>
#include <vector>

namespace chancery::accounts {

class TurnCredentials {
 public:
  struct Rules {
    std::vector<std::string> uris;  // empty: there is no relay
    std::string secret;
    base::Milliseconds lifetime = std::chrono::hours(24);
    enum class Guests : std::uint8_t { refused, allowed } guests = Guests::refused;
  };
  TurnCredentials(Rules rules, runtime::Clock& clock) : rules_(std::move(rules)), clock_(clock) {}

  // The answer of that endpoint; {} when there is no relay. Throws ApiError
  // guest_access_forbidden.
  [[nodiscard]] base::JsonObject issue(const Session& session) const;

 private:
  Rules rules_;
  runtime::Clock& clock_;
};

}  // namespace chancery::accounts
