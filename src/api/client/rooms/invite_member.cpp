// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/invite
//
// Invites someone by their user id, or by an address that an identity server knows.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/invite"};

runtime::Task<http::Response> handle(rooms::MemberActs& members,
                                     third_party_ids::AddressInvites& by_address, Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  if (!body.contains("user_id") && body.contains("address")) {
    co_await by_address.invite(rooms::actor_of(call.session(), call.request().gone),
                               read_address_invite(body, call.room_id()), call.gone());
    co_return boundary::empty_response();
  }
  co_await members.invite(rooms::actor_of(call.session(), call.request().gone),
                          {.room = call.room_id(),
                           .user = read_user(body, "user_id"),
                           .reason = boundary::optional_string(body, "reason")});
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route invite_member(rooms::MemberActs& members,
                              third_party_ids::AddressInvites& by_address) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/invite"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&members, &by_address](Call& call) {
            return handle(members, by_address, call);
          }};
}

}  // namespace chancery::client
