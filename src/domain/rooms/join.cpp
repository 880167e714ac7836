// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Joining, in rooms of every join rule.
#include "domain/rooms/discovery.hpp"
#include "domain/rooms/guest_departures.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/member_content.hpp"
#include "domain/rooms/restricted_join.hpp"
#include "domain/rooms/sending.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

std::string_view join_rule_of(const Room& room) {
  const std::shared_ptr<const CoreState> core = room.core();
  if (!core->join_rules) return "invite";
  // The text lives as long as the event, which the room holds while its turn is held.
  return base::find_string(core->join_rules->event->content(), "join_rule").value_or("invite");
}

// What the client wants in its member event besides. The profile, the reason, and who let someone
// in are not the client's to write here.
void add_extra(base::JsonObject& content, const base::JsonObject& extra) {
  constexpr std::array<std::string_view, 8> kNotTaken{
      "membership",         "displayname",        "avatar_url", "reason",
      "third_party_signed", "third_party_invite", "is_direct",  "join_authorised_via_users_server"};
  for (const auto& [name, value] : extra) {
    if (std::ranges::find(kNotTaken, std::string_view(name)) == kNotTaken.end()) {
      content[name] = value;
    }
  }
}

bool is_restricted(const Room& room) {
  const std::string_view rule = join_rule_of(room);
  return (rule == "restricted" && room.version().restricted_join) ||
         (rule == "knock_restricted" && room.version().knock_restricted_join);
}

}  // namespace

runtime::Task<> MemberActs::join(Actor actor, JoinRequest request) {
  const RoomPtr room = co_await get_room_to_enter(ports_.rooms, request.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  const std::optional<Member> before = room->find_member(actor.user);
  if (before && before->membership == Membership::join) co_return;
  check_guest(actor, *room);
  Composition composition(ports_, actor, room);
  base::JsonObject content = co_await make_member_content(profiles_, actor.user, Membership::join,
                                                          std::move(request.reason));
  add_extra(content, request.extra);
  const bool is_invited = before && before->membership == Membership::invite;
  if (is_restricted(*room) && !is_invited) {
    co_await authorise_restricted(composition, *room, actor, content);
  }
  co_await put_member(composition, actor, {actor.user, std::move(content)});
  co_await composition.commit();
}

void MemberActs::check_guest(const Actor& actor, const Room& room) const {
  if (!actor.is_guest()) return;
  if (!lets_guests_in(*room.core())) {
    // To who may not know of the room it is like one that is not there.
    if (!may_discover(ports_.rooms, room, actor.user)) throw_denied({"join.guest"});
    throw ApiError(ErrorCode::guest_access_forbidden, "Guests may not join this room");
  }
}

// Names a member of ours who may invite, as the one by whose power the user comes in.
runtime::Task<> MemberActs::authorise_restricted(Composition& composition, const Room& room,
                                                 const Actor& actor, base::JsonObject& content) {
  const CachedEventPtr join_rules = co_await composition.find_state("m.room.join_rules", "");
  if (!is_in_allowed_room(ports_.rooms, join_rules->event->content(), actor.user)) {
    // In words that a room has which is not there.
    throw_denied({"join.restricted.not_allowed"});
  }
  const std::shared_ptr<const CoreState> core = room.core();
  const protocol::PowerLevels power{
      .create = core->create->event.get(),
      .power_levels = core->power_levels ? core->power_levels->event.get() : nullptr};
  const std::int64_t needed = power.needed_for("invite");
  for (const Member& member : room.members()) {
    if (member.membership != Membership::join) continue;
    if (member.user.server_name() != ports_.server.text()) continue;
    if (power.of(member.user) < needed) continue;
    content["join_authorised_via_users_server"] = member.user.text();
    co_return;
  }
  throw ApiError(ErrorCode::unable_to_grant_join, "Nobody here may let you in")
      .because("join.restricted.no_authoriser");
}

}  // namespace chancery::rooms
