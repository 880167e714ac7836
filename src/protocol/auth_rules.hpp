// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Authorization rules: whether a room's state allows an event.
//
// Spec: "Authorization rules" of each room version, 1 to 12. The rule names in Denied are stable:
// they go to the audit record and to the tests.

#include "base/json.hpp"
#include "protocol/event.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace chancery::protocol {

struct Allowed {
  friend bool operator==(Allowed, Allowed) = default;
};
struct Denied {
  std::string_view rule;  // e.g. "power_levels.ban"; static text
  friend bool operator==(Denied, Denied) = default;
};
using Verdict = std::variant<Allowed, Denied>;

[[nodiscard]] inline bool is_allowed(const Verdict& verdict) {
  return std::holds_alternative<Allowed>(verdict);
}

// State at one point of a room, as the rules look at it.
class AuthState {
 public:
  virtual ~AuthState() = default;
  // Null when the state has no such event. Valid as long as the AuthState.
  [[nodiscard]] virtual const VerifiedEvent* find(std::string_view type,
                                                  std::string_view state_key) const = 0;
};

// (type, state_key) of the state that an event's auth_events must name, if it exists.
using StateKey = std::pair<std::string, std::string>;
[[nodiscard]] std::vector<StateKey> auth_event_keys(const VerifiedEvent& event);
// The same before the event exists.
[[nodiscard]] std::vector<StateKey> auth_event_keys(const EventDraft& draft,
                                                    const RoomVersion& version);

// Rules that need state. `state`: before the event (or that of its auth_events). That an event
// with join_authorised_via_users_server is signed by that server is for `admit` to check.
[[nodiscard]] Verdict check_event_auth(const VerifiedEvent& event, const AuthState& state);

// The rules about the list of auth events itself: no duplicates, none that does not belong, none
// rejected or unknown (null), a create event present (versions 1 to 11) or absent (12).
[[nodiscard]] Verdict check_auth_event_list(const VerifiedEvent& event,
                                            const std::vector<EventPtr>& auth_events);

// Power that the create event, the power levels event and the version give to `user`.
inline constexpr std::int64_t kInfinitePower = INT64_MAX;
struct PowerLevels {
  const VerifiedEvent* create = nullptr;        // must be there
  const VerifiedEvent* power_levels = nullptr;  // may be absent

  [[nodiscard]] std::int64_t of(const UserId& user) const;
  [[nodiscard]] std::int64_t needed_to_send(std::string_view type, bool is_state) const;
  // One of "ban", "kick", "redact", "invite", "state_default", "events_default", "users_default".
  [[nodiscard]] std::int64_t needed_for(std::string_view action) const;
  // notifications.<key>, 50 when absent.
  [[nodiscard]] std::int64_t needed_to_notify(std::string_view key) const;
};
[[nodiscard]] PowerLevels power_levels_of(const AuthState& state);

}  // namespace chancery::protocol
