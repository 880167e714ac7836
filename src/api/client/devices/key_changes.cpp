// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/keys/changes
//
// Says whose keys changed between two sync tokens.
#include "api/boundary/call.hpp"
#include "api/client/devices/routes.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /keys/changes"};

storage::StreamPosition read_token(Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (!text) throw ApiError(ErrorCode::missing_param, fmt::format("'{}' is missing", name));
  const auto position = rooms::parse_timeline_token(*text);
  if (!position) throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' is no token", name));
  return *position;
}

base::JsonArray user_list(const std::set<protocol::UserId>& users) {
  base::JsonArray list;
  for (const protocol::UserId& user : users) list.emplace_back(user.text());
  return list;
}

runtime::Task<http::Response> handle(devices::DeviceLists& lists, Call& call) {
  const storage::StreamPosition from = read_token(call, "from");
  const storage::StreamPosition to = read_token(call, "to");
  const auto changes = co_await lists.changes_for(call.session().user, from, to);
  co_return boundary::json_response(
      base::JsonObject{{"changed", user_list(changes.changed)}, {"left", user_list(changes.left)}});
}

}  // namespace

boundary::Route key_changes(devices::DeviceLists& lists) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/keys/changes"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&lists](Call& call) { return handle(lists, call); }};
}

}  // namespace chancery::client
