// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/invite
//
// Invites someone by their user id. There is no identity server, so other addresses are refused.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/invite"};

runtime::Task<http::Response> handle(rooms::MemberActs& members, Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  if (!body.contains("user_id") && body.contains("address")) {
    throw ApiError(ErrorCode::threepid_denied, "This server invites by user id alone");
  }
  co_await members.invite(rooms::actor_of(call.session()),
                          {.room = call.room_id(),
                           .user = read_user(body, "user_id"),
                           .reason = boundary::optional_string(body, "reason")});
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route invite_member(rooms::MemberActs& members) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/invite"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&members](Call& call) { return handle(members, call); }};
}

}  // namespace chancery::client
