// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/knock/{roomIdOrAlias}
//
// Asks to be let into a room.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /knock/{roomIdOrAlias}"};

runtime::Task<http::Response> handle(rooms::MemberActs& members, rooms::Aliases& aliases,
                                     Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  const protocol::RoomId room = co_await resolve_room(aliases, call.path("roomIdOrAlias"));
  co_await members.knock(rooms::actor_of(call.session(), call.request().gone),
                         {.room = room, .reason = boundary::optional_string(body, "reason")});
  co_return describe_room(room);
}

}  // namespace

boundary::Route knock_room(rooms::MemberActs& members, rooms::Aliases& aliases) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/knock/{roomIdOrAlias}"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&members, &aliases](Call& call) { return handle(members, aliases, call); }};
}

}  // namespace chancery::client
