// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The authorization rules, one function for each of their top-level steps.
//
// Steps are numbered as in room versions 8 to 11; version 12 has one more at the front, versions 1
// to 5 one more for m.room.aliases.
//
// Spec: "Authorization rules" of each room version.

#include "protocol/auth_rules.hpp"
#include "protocol/membership.hpp"

#include <cstdint>
#include <string_view>

namespace chancery::protocol {

// An event with what the rules ask about the room.
struct AuthCheck {
  const VerifiedEvent& event;
  const AuthState& state;
  const VerifiedEvent& create;
  PowerLevels levels;

  [[nodiscard]] const RoomVersion& version() const { return event.version(); }
  [[nodiscard]] Membership membership_of(std::string_view user) const;
  [[nodiscard]] std::int64_t power_of(std::string_view user) const;
  [[nodiscard]] std::int64_t sender_power() const { return levels.of(event.sender()); }
  [[nodiscard]] bool sender_is_joined() const {
    return membership_of(event.sender().text()) == Membership::join;
  }
  // Text of the state's join rule; "invite" when there is none, as the specification's default.
  [[nodiscard]] std::string_view join_rule() const;
};

[[nodiscard]] Verdict check_create(const VerifiedEvent& event, const AuthState& state);
[[nodiscard]] Verdict check_aliases(const AuthCheck& check);
[[nodiscard]] Verdict check_member(const AuthCheck& check);
[[nodiscard]] Verdict check_power_levels(const AuthCheck& check);
[[nodiscard]] Verdict check_redaction(const AuthCheck& check);

}  // namespace chancery::protocol
