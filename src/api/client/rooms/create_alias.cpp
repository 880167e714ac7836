// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/directory/room/{roomAlias}
//
// Gives a room another alias.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "PUT /directory/room/{roomAlias}"};

runtime::Task<http::Response> handle(rooms::Aliases& aliases, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const auto room = protocol::RoomId::parse(boundary::get_string(body, "room_id"));
  if (!room) throw ApiError(ErrorCode::invalid_param, "room_id: " + room.error().reason);
  co_await aliases.create(rooms::actor_of(call.session()), call.room_alias(), *room);
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route create_alias(rooms::Aliases& aliases) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/directory/room/{roomAlias}"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&aliases](Call& call) { return handle(aliases, call); }};
}

}  // namespace chancery::client
