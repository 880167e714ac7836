// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/auth_check.hpp"

namespace chancery::protocol {
namespace {

std::string_view domain_of(const EventId& id) {
  const std::string_view text = id.text();
  const std::size_t colon = text.find(':');
  return colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
}

}  // namespace

// Versions 1 to 5: 4. If type is m.room.aliases:
Verdict check_aliases(const AuthCheck& check) {
  const VerifiedEvent& event = check.event;
  // 4.1. If event has no state_key, reject.
  if (!event.is_state()) return Denied{"aliases.state_key"};
  // 4.2. If sender's domain doesn't match state_key, reject.
  if (event.sender().server_name() != *event.state_key()) return Denied{"aliases.domain"};
  // 4.3. Otherwise, allow.
  return Allowed{};
}

// Versions 1 and 2: 11. If type is m.room.redaction:
Verdict check_redaction(const AuthCheck& check) {
  // 11.1. If the sender's power level is greater than or equal to the redact level, allow.
  if (check.sender_power() >= check.levels.needed_for("redact")) return Allowed{};
  // 11.2. If the domain of the event_id of the event being redacted is the same as the domain of
  //       the event_id of the m.room.redaction, allow.
  const std::optional<EventId> redacted = check.event.redacts();
  const std::string_view domain = domain_of(check.event.id());
  if (redacted && !domain.empty() && domain_of(*redacted) == domain) return Allowed{};
  // 11.3. Otherwise, reject.
  return Denied{"redaction.power"};
}

}  // namespace chancery::protocol
