// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/directory/room/{roomAlias}
//
// The room that an alias leads to.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /directory/room/{roomAlias}"};

runtime::Task<http::Response> handle(rooms::Aliases& aliases, Call& call) {
  const protocol::RoomAlias alias = call.room_alias();
  const protocol::RoomId room = co_await aliases.get_room_id(alias);
  co_return boundary::json_response(base::JsonObject{
      {"room_id", room.text()}, {"servers", base::JsonArray{alias.server_name()}}});
}

}  // namespace

boundary::Route get_alias(rooms::Aliases& aliases) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/directory/room/{roomAlias}"),
          .guard = boundary::kOpen,
          .spec = kSpec,
          .endpoint = [&aliases](Call& call) { return handle(aliases, call); }};
}

}  // namespace chancery::client
