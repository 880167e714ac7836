// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What another server's /.well-known/matrix/server says, and for how long.
//
// Concurrency: pure.
// Spec:        server-server, "Resolving server names", step 3; RFC 9111, 5.2.2.

#include "http/outbound.hpp"
#include "protocol/identifiers.hpp"

#include <chrono>
#include <optional>

namespace chancery::federation {

inline constexpr std::size_t kLongestWellKnown = 50 * 1024;
// How long an answer is believed: where it does not say, and the bounds of what it may say.
inline constexpr std::chrono::hours kUsualBelief{24};
inline constexpr std::chrono::minutes kShortestBelief{5};
inline constexpr std::chrono::hours kLongestBelief{48};

// The server to which the answer hands everything on. Absent when the answer is none that counts:
// another status, no JSON, no name.
[[nodiscard]] std::optional<protocol::ServerName> read_delegation(
    const http::OutboundResponse& answer);
[[nodiscard]] std::chrono::seconds belief_in(const http::Headers& headers);

}  // namespace chancery::federation
