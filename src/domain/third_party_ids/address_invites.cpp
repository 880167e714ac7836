// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/third_party_ids/address_invites.hpp"

#include "domain/third_party_ids/third_party_ids.hpp"
#include "protocol/api_error.hpp"

#include <optional>
#include <utility>

namespace chancery::third_party_ids {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kOfferType = "m.room.third_party_invite";
constexpr std::string_view kMemberType = "m.room.member";

ApiError not_vouched() { return ApiError(ErrorCode::forbidden, "This invite is not good for you"); }

}  // namespace

// A member of the content of current state; "" when there is none.
runtime::Task<std::string> AddressInvites::read_state(rooms::RoomPtr room, std::string type,
                                                      std::string key, std::string member) {
  const storage::EventNumber number = room->find_state(type, key);
  if (number.value == 0) co_return "";
  const rooms::CachedEventPtr event = co_await ports_.rooms.events().get(number);
  co_return std::string(base::find_string(event->event->content(), member).value_or(""));
}

void AddressInvites::require_allowed(const Request& request) const {
  if (request.medium != kEmail || !mail::Address::parse(request.address)) {
    throw ApiError(ErrorCode::threepid_denied, "Only mail addresses can be invited");
  }
  ports_.identity.require_allowed(request.account.server);
}

runtime::Task<> AddressInvites::invite(rooms::Actor actor, Request request,
                                       runtime::CancelToken cancel) {
  require_allowed(request);
  // Before anybody outside hears of it: the room's rules decide when the event is made.
  const rooms::RoomPtr room = co_await rooms::get_room(ports_.rooms, request.room);
  if (!ports_.rooms.memberships().is_joined(room->number(), actor.user)) {
    throw ApiError(ErrorCode::forbidden, "You are not in this room");
  }
  Found found = co_await look_up(std::move(request), cancel);
  co_await invite(std::move(actor), std::move(found), std::move(cancel));
}

runtime::Task<AddressInvites::Found> AddressInvites::look_up(Request request,
                                                             runtime::CancelToken cancel) {
  require_allowed(request);
  auto user = co_await ports_.identity.look_up(
      request.account, mail::Address::parse(request.address).value(), std::move(cancel));
  co_return Found{.request = std::move(request), .user = std::move(user)};
}

runtime::Task<> AddressInvites::invite(rooms::Actor actor, Found found,
                                       runtime::CancelToken cancel) {
  Request& request = found.request;
  if (found.user) {
    co_await ports_.members.invite(std::move(actor), {.room = std::move(request.room),
                                                      .user = *std::move(found.user),
                                                      .reason = std::nullopt,
                                                      .direct = request.direct});
    co_return;
  }
  const rooms::RoomPtr room = co_await rooms::get_room(ports_.rooms, request.room);
  IdentityServers::Invite invite{
      .address = mail::Address::parse(request.address).value(),
      .room = request.room,
      .sender = actor.user,
      .sender_name =
          co_await read_state(room, std::string(kMemberType), actor.user.text(), "displayname"),
      .room_name = co_await read_state(room, "m.room.name", "", "name")};
  IdentityServers::StoredInvite stored = co_await ports_.identity.store_invite(
      std::move(request.account), std::move(invite), std::move(cancel));
  // The offer keeps it until there is somebody to tell.
  if (request.direct == rooms::InviteRequest::Direct::yes) stored.content["is_direct"] = true;
  co_await ports_.sending.set_state(std::move(actor), {.room = std::move(request.room),
                                                       .type = std::string(kOfferType),
                                                       .key = std::move(stored.token),
                                                       .content = std::move(stored.content)});
}

runtime::Task<> AddressInvites::accept(rooms::Actor actor, protocol::RoomId id,
                                       base::JsonObject signed_part) {
  const rooms::RoomPtr room = co_await ports_.rooms.find(id);
  if (!room) throw ApiError(ErrorCode::not_found, "There is no such room");
  const auto member = room->find_member(actor.user);
  if (member && (member->membership == rooms::Membership::join ||
                 member->membership == rooms::Membership::invite)) {
    co_return;
  }
  const std::string token(base::find_string(signed_part, "token").value_or(""));
  const storage::EventNumber number = room->find_state(kOfferType, token);
  if (number.value == 0 || base::find_string(signed_part, "mxid") != actor.user.text()) {
    throw not_vouched();
  }
  const rooms::CachedEventPtr offer = co_await ports_.rooms.events().get(number);
  const protocol::UserId& inviter = offer->event->sender();
  // Their server signs what they send; ours may for its own people alone.
  if (inviter.server_name() != ports_.server.text()) throw not_vouched();
  base::JsonObject signed_event;
  for (const std::string_view name : {"mxid", "token", "signatures"}) {
    if (const base::Json* part = signed_part.if_contains(name)) signed_event[name] = *part;
  }
  const auto shown = base::find_string(offer->event->content(), "display_name");
  base::JsonObject content{
      {"membership", "invite"},
      {"third_party_invite", base::JsonObject{{"display_name", shown.value_or("")},
                                              {"signed", std::move(signed_event)}}}};
  if (base::find_bool(offer->event->content(), "is_direct") == true) content["is_direct"] = true;
  // The auth rules check the signature against the keys in the offer, and that its sender is in.
  // Who invited may no more take part now.
  const auto account = co_await ports_.accounts.find_account(inviter);
  if (!account) throw not_vouched();
  if (accounts::to_policy(account->standing) != policy::Standing::good) throw not_vouched();
  co_await ports_.sending.set_state(rooms::actor_of(*account), {.room = std::move(id),
                                                                .type = std::string(kMemberType),
                                                                .key = actor.user.text(),
                                                                .content = std::move(content)});
}

}  // namespace chancery::third_party_ids
