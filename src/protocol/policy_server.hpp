// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Policy servers: which one a room uses, and whether it recommends an event.
//
// A recommendation is a signature over the event under the key that the room's m.room.policy
// names. It decides nothing about what is allowed: an event without one is not sent, or is soft
// failed where it came from elsewhere.
//
// Spec: server-server, "Determining if a Policy Server is enabled in a room", "Validating Policy
//       Server signatures"; MSC4284.

#include "protocol/event.hpp"
#include "protocol/identifiers.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::protocol {

inline constexpr std::string_view kPolicyType = "m.room.policy";
inline constexpr std::string_view kPolicyKeyId = "ed25519:policy_server";

struct PolicyServer {
  ServerName name;
  std::string public_key;  // raw; of another length than 32 bytes no signature holds under it
};

// Whether a user of that server is joined in the room's current state.
using HasJoined = std::function<bool(const ServerName&)>;
// The policy server of a room whose current state has `policy` as m.room.policy with an empty
// state key (null: has none). Absent when the room uses none: the content lacks what it must have,
// or nobody of that server is joined.
[[nodiscard]] std::optional<PolicyServer> find_policy_server(const VerifiedEvent* policy,
                                                             const HasJoined& has_joined);

// False for the state event that names the policy server, which can be set without asking it.
[[nodiscard]] bool needs_recommendation(const VerifiedEvent& event);

enum class Recommendation : std::uint8_t {
  given,    // also where none is needed
  missing,  // no signature of that server under the key id of policy servers
  wrong,    // one that does not hold: forged, or the key has changed since
};
// What `server` says of the event by the signatures that it bears.
[[nodiscard]] Recommendation check_recommendation(const VerifiedEvent& event,
                                                  const PolicyServer& server);

// The text of the signature in what a policy server answered ({server: {key id: signature}}).
// Absent when it did not sign. Valid as long as `answer`.
[[nodiscard]] std::optional<std::string_view> find_policy_signature(const base::JsonObject& answer,
                                                                    const ServerName& server);

// `event`, of this server, with that signature beside those that it has. Fails when it no longer
// has the room that an event may take.
[[nodiscard]] std::expected<EventPtr, AdmissionError> with_policy_signature(
    const VerifiedEvent& event, const ServerName& server, std::string_view signature);

}  // namespace chancery::protocol
