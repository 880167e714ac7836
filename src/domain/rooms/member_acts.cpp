// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/member_acts.hpp"

#include "base/log.hpp"
#include "domain/rooms/member_content.hpp"
#include "domain/rooms/sending.hpp"
#include "protocol/api_error.hpp"
#include "storage/commit/change.hpp"

#include <utility>

namespace chancery::rooms {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kMemberType = "m.room.member";

Membership membership_in_room(const Room& room, const protocol::UserId& user) {
  const std::optional<Member> member = room.find_member(user);
  return member ? member->membership : Membership::leave;
}

bool is_in_or_asked(Membership membership) {
  return membership == Membership::join || membership == Membership::invite ||
         membership == Membership::knock;
}

}  // namespace

runtime::Task<> MemberActs::put_member(Composition& composition, const Actor& actor,
                                       Target target) {
  co_await composition.append({.sender = actor.user,
                               .type = std::string(kMemberType),
                               .state_key = target.user.text(),
                               .content = std::move(target.content),
                               .redacts = {},
                               .sent_at = {},
                               .transaction = {}});
}

runtime::Task<> MemberActs::knock(Actor actor, JoinRequest request) {
  const RoomPtr room = co_await get_room_to_enter(ports_.rooms, request.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  if (membership_in_room(*room, actor.user) == Membership::knock) co_return;
  Composition composition(ports_, actor, room);
  base::JsonObject content = co_await make_member_content(profiles_, actor.user, Membership::knock,
                                                          std::move(request.reason));
  co_await put_member(composition, actor, {actor.user, std::move(content)});
  co_await composition.commit();
}

runtime::Task<> MemberActs::invite(Actor actor, InviteRequest request) {
  const RoomPtr room = co_await get_room(ports_.rooms, request.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  Composition composition(ports_, actor, room);
  base::JsonObject content = co_await make_member_content(
      profiles_, request.user, Membership::invite, std::move(request.reason));
  if (request.direct == InviteRequest::Direct::yes) content["is_direct"] = true;
  co_await put_member(composition, actor, {std::move(request.user), std::move(content)});
  co_await composition.commit();
}

runtime::Task<> MemberActs::leave(Actor actor, protocol::RoomId id,
                                  std::optional<std::string> reason) {
  const RoomPtr room = co_await get_room(ports_.rooms, std::move(id));
  const runtime::Turnstile::Turn turn = co_await room->enter();
  const std::optional<Member> member = room->find_member(actor.user);
  if (!member) throw ApiError(ErrorCode::forbidden, "You are not in this room");
  if (member->membership == Membership::leave) co_return;
  Composition composition(ports_, actor, room);
  base::JsonObject content =
      co_await make_member_content(profiles_, actor.user, Membership::leave, std::move(reason));
  co_await put_member(composition, actor, {actor.user, std::move(content)});
  co_await composition.commit();
}

runtime::Task<> MemberActs::remove(Actor actor, TargetRequest request) {
  const RoomPtr room = co_await get_room(ports_.rooms, request.room);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  // Before anything is said of the other: those outside learn nothing of who is in or banned.
  if (membership_in_room(*room, actor.user) != Membership::join)
    throw_denied({"sender.not_joined"});
  const Membership now = membership_in_room(*room, request.user);
  // The rules let both a kick and an unban be a "leave"; what is asked for must be what happens.
  if (request.act == TargetRequest::Act::kick && !is_in_or_asked(now)) {
    throw ApiError(ErrorCode::forbidden, "The user is not in the room").because("kick.not_in");
  }
  if (request.act == TargetRequest::Act::unban && now != Membership::ban) {
    throw ApiError(ErrorCode::forbidden, "The user is not banned").because("unban.not_banned");
  }
  const bool is_ban = request.act == TargetRequest::Act::ban;
  Composition composition(ports_, actor, room);
  base::JsonObject content = co_await make_member_content(
      profiles_, request.user, is_ban ? Membership::ban : Membership::leave,
      std::move(request.reason));
  co_await put_member(composition, actor, {request.user, std::move(content)});
  co_await composition.commit();
}

runtime::Task<> MemberActs::forget(Actor actor, protocol::RoomId id) {
  const RoomPtr room = co_await ports_.rooms.find(std::move(id));
  if (!room) throw ApiError(ErrorCode::not_found, "You were never in this room");
  const runtime::Turnstile::Turn turn = co_await room->enter();
  const std::optional<Member> member = room->find_member(actor.user);
  if (!member || room->has_ended()) {
    throw ApiError(ErrorCode::not_found, "You were never in this room");
  }
  if (is_in_or_asked(member->membership)) {
    throw ApiError(ErrorCode::unknown, "Leave the room before you forget it").with_status(400);
  }
  storage::Change change;
  change.mutations.emplace_back(
      storage::SetMembership{.room = room->number(),
                             .user = actor.user,
                             .membership = std::string(membership_name(member->membership)),
                             .event = member->event,
                             .forgotten = storage::SetMembership::Forgotten::yes});
  change.audit = ports_.recorder.record({.who = actor.user.text(),
                                         .device = actor.device.text(),
                                         .act = "room.forget",
                                         .object = actor.user.text(),
                                         .context = room->id().text(),
                                         .rule = "own"});
  co_await ports_.committer.commit(std::move(change));
}

runtime::Task<> MemberActs::propagate_profile(Actor actor) {
  const CurrentRooms rooms = ports_.rooms.memberships().current_rooms(actor.user);
  for (const UserRoom& room : rooms) {
    if (room.membership != Membership::join) continue;
    try {
      co_await refresh_member(actor, room.room);
    } catch (const ApiError& refused) {  // one room that refuses must not stop the others
      base::log_info("profile_not_shown_in_room", {{"reason", refused.reason()}});
    }
  }
}

runtime::Task<> MemberActs::refresh_member(const Actor& actor, storage::RoomNumber number) {
  const RoomPtr room = co_await ports_.rooms.get(number);
  const runtime::Turnstile::Turn turn = co_await room->enter();
  if (membership_in_room(*room, actor.user) != Membership::join) co_return;
  Composition composition(ports_, actor, room);
  const CachedEventPtr before =
      co_await composition.find_state(std::string(kMemberType), actor.user.text());
  base::JsonObject content =
      co_await make_member_content(profiles_, actor.user, Membership::join, std::nullopt);
  // Who let them in goes on vouching for them.
  constexpr std::string_view kAuthoriser = "join_authorised_via_users_server";
  if (const auto via = base::find_string(before->event->content(), kAuthoriser)) {
    content[kAuthoriser] = *via;
  }
  if (content == before->event->content()) co_return;
  co_await put_member(composition, actor, {actor.user, std::move(content)});
  co_await composition.commit();
}

}  // namespace chancery::rooms
