// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/kick
//
// Puts someone out of a room, or takes their invite or knock back.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/kick"};

runtime::Task<http::Response> handle(rooms::MemberActs& members, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  co_await members.remove(rooms::actor_of(call.session(), call.request().gone),
                          read_target(call, body, rooms::TargetRequest::Act::kick));
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route kick_member(rooms::MemberActs& members) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/kick"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&members](Call& call) { return handle(members, call); }};
}

}  // namespace chancery::client
