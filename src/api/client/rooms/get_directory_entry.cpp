// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/directory/list/room/{roomId}
//
// Whether the directory shows a room.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /directory/list/room/{roomId}"};

runtime::Task<http::Response> handle(rooms::Directory& directory, Call& call) {
  std::optional<protocol::UserId> user;
  if (call.find_session()) user = call.session().user;
  const bool is_shown = co_await directory.is_shown_to(std::move(user), call.room_id());
  co_return boundary::json_response(
      base::JsonObject{{"visibility", is_shown ? "public" : "private"}});
}

}  // namespace

boundary::Route get_directory_entry(rooms::Directory& directory) {
  boundary::Guard guard = boundary::kOpen;
  guard.authentication = boundary::Authentication::optional;
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/directory/list/room/{roomId}"),
          .guard = guard,
          .spec = kSpec,
          .endpoint = [&directory](Call& call) { return handle(directory, call); }};
}

}  // namespace chancery::client
