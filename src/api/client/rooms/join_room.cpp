// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/join
//
// Joins a room by its id.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/join"};

runtime::Task<http::Response> handle(rooms::MemberActs& members, push::UpgradedRooms& upgraded,
                                     Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  protocol::RoomId room = call.room_id();
  co_await members.join(
      rooms::actor_of(call.session()),
      {.room = room, .reason = boundary::optional_string(body, "reason"), .extra = body});
  co_await upgraded.follow(call.session(), room);
  co_return describe_room(room);
}

}  // namespace

boundary::Route join_room(rooms::MemberActs& members, push::UpgradedRooms& upgraded) {
  return {
      .method = http::Method::post,
      .paths = boundary::v3_paths("/rooms/{roomId}/join"),
      .guard = {.needs = {.capability = policy::Capability::take_part},
                .limit = boundary::LimitClass::write},
      .spec = kSpec,
      .endpoint = [&members, &upgraded](Call& call) { return handle(members, upgraded, call); }};
}

}  // namespace chancery::client
