// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_synapse/admin/v1/rooms/{roomId}/block
// PUT  /_synapse/admin/v1/rooms/{roomId}/block
// POST /_synapse/admin/v1/rooms/{roomIdOrAlias}/make_room_admin
// POST /_synapse/admin/v1/join/{roomIdOrAlias}
//
// What an owner does to rooms without being in them.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

using Block = admin::RemovalRequest::Block;

runtime::Task<protocol::RoomId> find_room(rooms::Aliases& aliases, Call& call,
                                          std::string_view name) {
  const std::string& text = call.path(name);
  if (!text.starts_with('#')) co_return call.room_id(name);
  co_return co_await aliases.get_room_id(call.room_alias(name));
}

protocol::UserId read_user(const base::JsonObject& body, const protocol::UserId& usual) {
  const auto text = text_unless_null(body, "user_id");
  if (!text) return usual;
  auto user = protocol::UserId::parse(*text);
  if (!user) throw ApiError(ErrorCode::invalid_param, "'user_id' is no user id");
  return *std::move(user);
}

runtime::Task<http::Response> show_block(rooms::Rooms& rooms, Call& call) {
  const auto block = rooms.find_block(call.room_id());
  base::JsonObject answer{{"block", block.has_value()}};
  if (block) answer["user_id"] = block->by.text();
  co_return boundary::json_response(answer);
}

runtime::Task<http::Response> set_block(admin::RoomRemoval& removal, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const bool block = get_bool(body, "block");
  co_await removal.set_blocked(call.session(), call.room_id(), block ? Block::yes : Block::no);
  co_return boundary::json_response(base::JsonObject{{"block", block}});
}

runtime::Task<http::Response> make_room_admin(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  const protocol::UserId user = read_user(body, call.session().user);
  const protocol::RoomId room = co_await find_room(services.aliases, call, "roomId");
  co_await services.room_acts.grant_power(call.session(), room, user);
  co_return boundary::empty_response();
}

runtime::Task<http::Response> bring_in(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  static_cast<void>(boundary::get_string(body, "user_id"));
  const protocol::UserId user = read_user(body, call.session().user);
  const protocol::RoomId room = co_await find_room(services.aliases, call, "roomIdOrAlias");
  co_await services.room_acts.bring_in(call.session(), room, user);
  co_return boundary::json_response(base::JsonObject{{"room_id", room.text()}});
}

}  // namespace

Routes room_act_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(
      admin_route({"synapse-admin", "v1", "GET /rooms/{roomId}/block"},
                  [&rooms = services.known_rooms](Call& call) { return show_block(rooms, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v1", "PUT /rooms/{roomId}/block"},
                  [&removal = services.removal](Call& call) { return set_block(removal, call); }));
  // An alias may stand in the room's place.
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /rooms/{roomId}/make_room_admin"},
                               [services](Call& call) { return make_room_admin(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /join/{roomIdOrAlias}"},
                               [services](Call& call) { return bring_in(services, call); }));
  return routes;
}

}  // namespace chancery::admin_api
