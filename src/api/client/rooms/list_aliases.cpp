// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/aliases
//
// The aliases that this server has for a room.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/aliases"};

runtime::Task<http::Response> handle(rooms::Aliases& aliases, Call& call) {
  base::JsonArray listed;
  for (const protocol::RoomAlias& alias :
       co_await aliases.list(rooms::actor_of(call.session()), call.room_id())) {
    listed.emplace_back(alias.text());
  }
  co_return boundary::json_response(base::JsonObject{{"aliases", std::move(listed)}});
}

}  // namespace

boundary::Route list_aliases(rooms::Aliases& aliases) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/aliases"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&aliases](Call& call) { return handle(aliases, call); }};
}

}  // namespace chancery::client
