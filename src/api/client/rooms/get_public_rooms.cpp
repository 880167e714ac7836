// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/publicRooms
//
// The rooms that the directory shows.
#include "api/boundary/call.hpp"
#include "api/client/rooms/public_rooms.hpp"
#include "api/client/rooms/routes.hpp"
#include "protocol/api_error.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /publicRooms"};

runtime::Task<http::Response> handle(rooms::Directory& directory, Call& call) {
  check_own_server(directory, call);
  rooms::DirectoryQuery query{.limit = {}, .since = {}, .search_term = {}, .room_types = {}};
  const std::int64_t limit = call.query_integer("limit").value_or(0);
  if (limit < 0) throw ApiError(ErrorCode::invalid_param, "'limit' may not be negative");
  if (limit > 0) query.limit = static_cast<std::size_t>(limit);
  query.since = call.query("since").value_or("");
  co_return describe_page(co_await directory.search(std::move(query)));
}

}  // namespace

boundary::Route get_public_rooms(rooms::Directory& directory) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/publicRooms"),
          .guard = boundary::kOpen,
          .spec = kSpec,
          .endpoint = [&directory](Call& call) { return handle(directory, call); }};
}

}  // namespace chancery::client
