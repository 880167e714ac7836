// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/join
// POST /_matrix/client/v3/join/{roomIdOrAlias}
//
// Joins a room by its id, or by an alias.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/join"};
constexpr boundary::Spec kByAliasSpec{"client-server", "v1.19", "POST /join/{roomIdOrAlias}"};

runtime::Task<http::Response> join(const RoomServices& services, Call& call, protocol::RoomId room,
                                   base::JsonObject body) {
  const rooms::Actor actor = rooms::actor_of(call.session(), call.request().gone);
  if (const auto* vouched = boundary::optional_object(body, "third_party_signed")) {
    co_await services.address_invites.accept(actor, room, *vouched);
  }
  co_await services.members.join(
      actor, {.room = room, .reason = boundary::optional_string(body, "reason"), .extra = body});
  co_await services.upgraded.follow(call.session(), room);
  co_return describe_room(room);
}

runtime::Task<http::Response> join_by_id(const RoomServices& services, Call& call) {
  base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  co_return co_await join(services, call, call.room_id(), std::move(body));
}

runtime::Task<http::Response> join_by_alias(const RoomServices& services, Call& call) {
  base::JsonObject body =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  const protocol::RoomId room = co_await resolve_room(services.aliases, call.path("roomIdOrAlias"));
  co_return co_await join(services, call, room, std::move(body));
}

}  // namespace

std::vector<boundary::Route> join_routes(const RoomServices& services) {
  const boundary::Guard guard{.needs = {.capability = policy::Capability::take_part},
                              .limit = boundary::LimitClass::write};
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/rooms/{roomId}/join"),
                    .guard = guard,
                    .spec = kSpec,
                    .endpoint = [services](Call& call) { return join_by_id(services, call); }});
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/join/{roomIdOrAlias}"),
                    .guard = guard,
                    .spec = kByAliasSpec,
                    .endpoint = [services](Call& call) { return join_by_alias(services, call); }});
  return routes;
}

}  // namespace chancery::client
