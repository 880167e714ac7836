// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/auth_check.hpp"
#include "protocol/detail/create_content.hpp"
#include "protocol/detail/third_party_invite.hpp"

namespace chancery::protocol {
namespace {

constexpr std::string_view kAuthoriser = "join_authorised_via_users_server";

// 4.3.5. If the join_rule is restricted or, from version 10 on, knock_restricted:
Verdict check_restricted_join(const AuthCheck& check) {
  // 4.3.5.1. If membership state is join or invite, allow.
  const Membership current = check.membership_of(*check.event.state_key());
  if (current == Membership::join || current == Membership::invite) return Allowed{};
  // 4.3.5.2. If the join_authorised_via_users_server key in content is not a user with sufficient
  //          permission to invite other users or is not a joined member of the room, reject.
  const auto authoriser = base::find_string(check.event.content(), kAuthoriser);
  if (!authoriser) return Denied{"member.join.not_authorised"};
  if (check.membership_of(*authoriser) != Membership::join) {
    return Denied{"member.join.authoriser_not_joined"};
  }
  if (check.power_of(*authoriser) < check.levels.needed_for("invite")) {
    return Denied{"member.join.authoriser_power"};
  }
  // 4.3.5.3. Otherwise, allow.
  return Allowed{};
}

bool is_first_join(const AuthCheck& check) {
  const auto& before = check.event.prev_events();
  return before.size() == 1 && before.front() == check.create.id() &&
         *check.event.state_key() == room_creator(check.create);
}

// 4.3. If membership is join:
Verdict check_join(const AuthCheck& check) {
  const RoomVersion& version = check.version();
  const std::string& target = *check.event.state_key();
  // 4.3.1. If the only previous event is an m.room.create and the state_key is the creator (from
  //        version 11 on: the sender of the m.room.create), allow.
  if (is_first_join(check)) return Allowed{};
  // 4.3.2. If the sender does not match state_key, reject.
  if (check.event.sender().text() != target) return Denied{"member.join.not_self"};
  // 4.3.3. If the sender is banned, reject.
  const Membership current = check.membership_of(target);
  if (current == Membership::ban) return Denied{"member.join.banned"};
  // 4.3.4. If the join_rule is invite or, from version 7 on, knock then allow if membership state
  //        is invite or join.
  const std::string_view rule = check.join_rule();
  if (rule == "invite" || (rule == "knock" && version.knocking)) {
    if (current == Membership::invite || current == Membership::join) return Allowed{};
    return Denied{"member.join.not_invited"};
  }
  // 4.3.5. If the join_rule is restricted or, from version 10 on, knock_restricted: …
  if ((rule == "restricted" && version.restricted_join) ||
      (rule == "knock_restricted" && version.knock_restricted_join)) {
    return check_restricted_join(check);
  }
  // 4.3.6. If the join_rule is public, allow.
  if (rule == "public") return Allowed{};
  // 4.3.7. Otherwise, reject.
  return Denied{"member.join.join_rule"};
}

// 4.4. If membership is invite:
Verdict check_invite(const AuthCheck& check) {
  const std::string& target = *check.event.state_key();
  const Membership current = check.membership_of(target);
  // 4.4.1. If content has a third_party_invite property:
  if (const base::Json* invite = check.event.content().if_contains("third_party_invite")) {
    // 4.4.1.1. If target user is banned, reject.
    if (current == Membership::ban) return Denied{"member.invite.banned"};
    return check_third_party_invite_of(check, *invite);
  }
  // 4.4.2. If the sender's current membership state is not join, reject.
  if (!check.sender_is_joined()) return Denied{"member.invite.sender_not_joined"};
  // 4.4.3. If target user's current membership state is join or ban, reject.
  if (current == Membership::join) return Denied{"member.invite.joined"};
  if (current == Membership::ban) return Denied{"member.invite.banned"};
  // 4.4.4. If the sender's power level is greater than or equal to the invite level, allow.
  if (check.sender_power() >= check.levels.needed_for("invite")) return Allowed{};
  // 4.4.5. Otherwise, reject.
  return Denied{"member.invite.power"};
}

// 4.5. If membership is leave:
Verdict check_leave(const AuthCheck& check) {
  const std::string& target = *check.event.state_key();
  const Membership current = check.membership_of(target);
  // 4.5.1. If the sender matches state_key, allow if and only if that user's current membership
  //        state is invite, join, or, from version 7 on, knock.
  if (check.event.sender().text() == target) {
    if (current == Membership::invite || current == Membership::join) return Allowed{};
    if (current == Membership::knock && check.version().knocking) return Allowed{};
    return Denied{"member.leave.not_in_room"};
  }
  // 4.5.2. If the sender's current membership state is not join, reject.
  if (!check.sender_is_joined()) return Denied{"member.kick.sender_not_joined"};
  // 4.5.3. If the target user's current membership state is ban, and the sender's power level is
  //        less than the ban level, reject.
  const std::int64_t power = check.sender_power();
  if (current == Membership::ban && power < check.levels.needed_for("ban")) {
    return Denied{"member.unban.power"};
  }
  // 4.5.4. If the sender's power level is greater than or equal to the kick level, and the target
  //        user's power level is less than the sender's power level, allow.
  // 4.5.5. Otherwise, reject.
  if (power < check.levels.needed_for("kick")) return Denied{"member.kick.power"};
  if (check.power_of(target) >= power) return Denied{"member.kick.target_power"};
  return Allowed{};
}

// 4.6. If membership is ban:
Verdict check_ban(const AuthCheck& check) {
  // 4.6.1. If the sender's current membership state is not join, reject.
  if (!check.sender_is_joined()) return Denied{"member.ban.sender_not_joined"};
  // 4.6.2. If the sender's power level is greater than or equal to the ban level, and the target
  //        user's power level is less than the sender's power level, allow.
  // 4.6.3. Otherwise, reject.
  const std::int64_t power = check.sender_power();
  if (power < check.levels.needed_for("ban")) return Denied{"member.ban.power"};
  if (check.power_of(*check.event.state_key()) >= power) return Denied{"member.ban.target_power"};
  return Allowed{};
}

// 4.7. If membership is knock:
Verdict check_knock(const AuthCheck& check) {
  // 4.7.1. If the join_rule is anything other than knock or, from version 10 on,
  //        knock_restricted, reject.
  const std::string_view rule = check.join_rule();
  if (rule != "knock" && !(rule == "knock_restricted" && check.version().knock_restricted_join)) {
    return Denied{"member.knock.join_rule"};
  }
  // 4.7.2. If sender does not match state_key, reject.
  const std::string& target = *check.event.state_key();
  if (check.event.sender().text() != target) return Denied{"member.knock.not_self"};
  // 4.7.3. If the sender's current membership is not ban, invite, or join, allow.
  // 4.7.4. Otherwise, reject.
  switch (check.membership_of(target)) {
    case Membership::ban:
      return Denied{"member.knock.banned"};
    case Membership::invite:
    case Membership::join:
      return Denied{"member.knock.in_room"};
    case Membership::leave:
    case Membership::knock:
      return Allowed{};
  }
  return Denied{"member.knock.in_room"};
}

}  // namespace

Verdict check_member(const AuthCheck& check) {
  const base::JsonObject& content = check.event.content();
  // 4.1. If there is no state_key property, or no membership property in content, reject.
  if (!check.event.is_state()) return Denied{"member.state_key"};
  const auto name = base::find_string(content, "membership");
  if (!name) return Denied{"member.membership"};
  // NOTSPEC: the rules take it for granted that the state key is a user.
  if (!UserId::parse(*check.event.state_key())) return Denied{"member.state_key"};
  // 4.2, from version 8 on: If content has a join_authorised_via_users_server property: If the
  // event is not validly signed by the homeserver of the user ID denoted by the key, reject.
  // (The signature itself is checked where bytes become an event, in protocol::admit.)
  const base::Json* authoriser = content.if_contains(kAuthoriser);
  if (check.version().restricted_join && authoriser != nullptr &&
      !(authoriser->is_string() && UserId::parse(authoriser->get_string()))) {
    return Denied{"member.authoriser"};
  }
  const auto membership = find_membership(*name);
  // 4.8. Otherwise, the membership is unknown. Reject.
  if (!membership || (*membership == Membership::knock && !check.version().knocking)) {
    return Denied{"member.unknown_membership"};
  }
  switch (*membership) {
    case Membership::join:
      return check_join(check);
    case Membership::invite:
      return check_invite(check);
    case Membership::leave:
      return check_leave(check);
    case Membership::ban:
      return check_ban(check);
    case Membership::knock:
      return check_knock(check);
  }
  return Denied{"member.unknown_membership"};
}

}  // namespace chancery::protocol
