// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/auth_rules.hpp"

#include "protocol/detail/auth_check.hpp"

namespace chancery::protocol {
namespace {

bool may_cross_servers(const VerifiedEvent& create) {
  return base::find_bool(create.content(), "m.federate").value_or(true);
}

// Versions with owned state: 8.1. The state key's beginning, up to the first `_` after the first
// `:`, must be a user id: that of the sender, or of somebody who has less power.
Verdict check_owner(const AuthCheck& check) {
  constexpr std::size_t kMostSuffixBytes = 256;
  const std::string_view key = *check.event.state_key();
  const std::size_t colon = key.find(':');
  const std::size_t end = colon == std::string_view::npos ? colon : key.find('_', colon);
  const auto owner = UserId::parse(key.substr(0, end));
  if (!owner) return Denied{"state_key.no_owner"};
  if (key.size() - owner->text().size() > kMostSuffixBytes) return Denied{"state_key.too_long"};
  if (*owner != check.event.sender() && check.sender_power() <= check.levels.of(*owner)) {
    return Denied{"state_key.not_sender"};
  }
  return Allowed{};
}

// Steps 5 and on, for events that are no membership.
Verdict check_other_event(const AuthCheck& check) {
  const VerifiedEvent& event = check.event;
  // 5. If the sender's current membership state is not join, reject.
  if (!check.sender_is_joined()) return Denied{"sender.not_joined"};
  // 6. If type is m.room.third_party_invite:
  //    1. Allow if and only if sender's current power level is greater than or equal to the
  //       invite level.
  const std::int64_t power = check.sender_power();
  if (event.type() == "m.room.third_party_invite") {
    if (power >= check.levels.needed_for("invite")) return Allowed{};
    return Denied{"third_party_invite.power"};
  }
  // 7. If the event type's required power level is greater than the sender's power level, reject.
  if (check.levels.needed_to_send(event.type(), event.is_state()) > power) {
    return Denied{"sender.power"};
  }
  // 8. If the event has a state_key that starts with an @ and does not match the sender, reject.
  if (event.is_state() && event.state_key()->starts_with('@')) {
    if (check.version().owned_state) {
      const Verdict verdict = check_owner(check);
      if (std::holds_alternative<Denied>(verdict)) return verdict;
    } else if (*event.state_key() != event.sender().text()) {
      return Denied{"state_key.not_sender"};
    }
  }
  // 9. If type is m.room.power_levels: …
  if (event.type() == "m.room.power_levels") return check_power_levels(check);
  // Versions 1 and 2: 11. If type is m.room.redaction: …
  if (event.type() == "m.room.redaction" && event.version().redaction_auth_checked) {
    return check_redaction(check);
  }
  // 10. Otherwise, allow.
  return Allowed{};
}

}  // namespace

Membership AuthCheck::membership_of(std::string_view user) const {
  const VerifiedEvent* member = state.find("m.room.member", user);
  return member == nullptr ? Membership::leave : membership_in(member->content());
}

std::int64_t AuthCheck::power_of(std::string_view user) const {
  return levels.of(UserId::trusted(std::string(user)));
}

std::string_view AuthCheck::join_rule() const {
  const VerifiedEvent* rules = state.find("m.room.join_rules", "");
  if (rules == nullptr) return "invite";
  return base::find_string(rules->content(), "join_rule").value_or("");
}

Verdict check_event_auth(const VerifiedEvent& event, const AuthState& state) {
  // 1. If type is m.room.create: …
  if (event.type() == "m.room.create") return check_create(event, state);
  // 2. Considering the event's auth_events: … 4. If there is no m.room.create event among the
  //    entries, reject. (The rest of it: check_auth_event_list.) In version 12: If the event's
  //    room_id is not an event ID for an accepted m.room.create event, reject.
  const VerifiedEvent* create = state.find("m.room.create", "");
  if (create == nullptr) return Denied{"create.missing"};
  if (create->room() != event.room()) return Denied{"create.other_room"};
  // 3. If the content of the m.room.create event in the room state has the property m.federate set
  //    to false, and the sender domain of the event does not match the sender domain of the create
  //    event, reject.
  if (!may_cross_servers(*create) &&
      event.sender().server_name() != create->sender().server_name()) {
    return Denied{"create.not_federated"};
  }
  const AuthCheck check{event, state, *create, power_levels_of(state)};
  // Versions 1 to 5: 4. If type is m.room.aliases: …
  if (event.type() == "m.room.aliases" && event.version().special_aliases_auth) {
    return check_aliases(check);
  }
  // 4. If type is m.room.member: …
  if (event.type() == "m.room.member") return check_member(check);
  return check_other_event(check);
}

}  // namespace chancery::protocol
