// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/join/{roomIdOrAlias}
//
// Joins a room by its id or an alias.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /join/{roomIdOrAlias}"};

runtime::Task<http::Response> handle(const RoomServices& services, Call& call) {
  const base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  const protocol::RoomId room = co_await resolve_room(services.aliases, call.path("roomIdOrAlias"));
  if (const auto* vouched = boundary::optional_object(body, "third_party_signed")) {
    co_await services.address_invites.accept(rooms::actor_of(call.session(), call.request().gone),
                                             room, *vouched);
  }
  co_await services.members.join(
      rooms::actor_of(call.session(), call.request().gone),
      {.room = room, .reason = boundary::optional_string(body, "reason"), .extra = body});
  co_await services.upgraded.follow(call.session(), room);
  co_return describe_room(room);
}

}  // namespace

boundary::Route join_room_or_alias(const RoomServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/join/{roomIdOrAlias}"),
          .guard = {.needs = {.capability = policy::Capability::take_part},
                    .limit = boundary::LimitClass::write},
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
