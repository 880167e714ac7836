// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/joined_rooms
//
// The rooms that the user is joined to.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /joined_rooms"};

runtime::Task<http::Response> handle(rooms::Rooms& rooms, Call& call) {
  base::JsonArray joined;
  const auto current = rooms.memberships().current_rooms(call.session().user);
  for (const rooms::UserRoom& room : current) {
    if (room.membership == rooms::Membership::join) joined.emplace_back(room.id.text());
  }
  co_return boundary::json_response(base::JsonObject{{"joined_rooms", std::move(joined)}});
}

}  // namespace

boundary::Route joined_rooms(rooms::Rooms& rooms) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/joined_rooms"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&rooms](Call& call) { return handle(rooms, call); }};
}

}  // namespace chancery::client
