// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/leave
//
// Leaves a room, refuses an invite, takes back a knock.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/leave"};

runtime::Task<http::Response> handle(rooms::MemberActs& members, Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  co_await members.leave(rooms::actor_of(call.session(), call.request().gone), call.room_id(),
                         boundary::optional_string(body, "reason"));
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route leave_room(rooms::MemberActs& members) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/leave"),
          .guard = {.needs = {.capability = policy::Capability::withdraw},
                    .limit = boundary::LimitClass::write},
          .spec = kSpec,
          .endpoint = [&members](Call& call) { return handle(members, call); }};
}

}  // namespace chancery::client
