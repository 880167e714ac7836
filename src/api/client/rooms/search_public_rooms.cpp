// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/publicRooms
//
// The rooms that the directory shows and that match a filter.
#include "api/boundary/call.hpp"
#include "api/client/rooms/public_rooms.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /publicRooms"};

runtime::Task<http::Response> handle(rooms::Directory& directory, Call& call) {
  check_own_server(directory, call);
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  co_return describe_page(co_await directory.search(read_directory_query(body)));
}

}  // namespace

boundary::Route search_public_rooms(rooms::Directory& directory) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/publicRooms"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&directory](Call& call) { return handle(directory, call); }};
}

}  // namespace chancery::client
