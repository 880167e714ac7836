// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/presence/{userId}/status
// PUT /_matrix/client/v3/presence/{userId}/status
//
// Shows whether someone is online, to those who share a room with them.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::size_t kMostStatusBytes = 1'024;

runtime::Task<http::Response> show(accounts::Presence& presence, accounts::JoinedRooms& rooms,
                                   Call& call) {
  const protocol::UserId user = call.user_id();
  if (user != call.session().user && !rooms.share_room(call.session().user, user)) {
    throw ApiError(ErrorCode::forbidden, "You share no room with this user");
  }
  const accounts::PresenceState state = presence.get(user);
  base::JsonObject shown{{"presence", accounts::availability_name(state.availability)}};
  if (state.status) shown["status_msg"] = *state.status;
  if (state.last_active_ago) {
    shown["last_active_ago"] = state.last_active_ago->count();
    shown["currently_active"] = state.currently_active;
  }
  co_return boundary::json_response(shown);
}

runtime::Task<http::Response> set(accounts::Presence& presence, Call& call) {
  const protocol::UserId user = own_user(call);
  const base::JsonObject body = co_await call.json_body();
  const auto availability = accounts::parse_availability(boundary::get_string(body, "presence"));
  if (!availability) {
    throw ApiError(ErrorCode::invalid_param, "'presence' is online, unavailable or offline");
  }
  const base::Json* given = body.if_contains("status_msg");
  std::optional<std::string> status;
  if (given != nullptr && !given->is_null()) status = boundary::get_string(body, "status_msg");
  if (status && status->size() > kMostStatusBytes) {
    throw ApiError(ErrorCode::invalid_param, "A status may have at most 1,024 bytes");
  }
  presence.set(user, *availability, std::move(status));
  co_return boundary::empty_response();
}

}  // namespace

Routes presence_routes(accounts::Presence& presence, accounts::JoinedRooms& rooms) {
  constexpr std::string_view kPath = "/presence/{userId}/status";
  Routes routes;
  routes.push_back(
      {.method = http::Method::get,
       .paths = boundary::v3_paths(kPath),
       .guard = boundary::kReader,
       .spec = {"client-server", "v1.19", "GET /presence/{userId}/status"},
       .endpoint = [&presence, &rooms](Call& call) { return show(presence, rooms, call); }});
  routes.push_back({.method = http::Method::put,
                    .paths = boundary::v3_paths(kPath),
                    .guard = boundary::kMember,
                    .spec = {"client-server", "v1.19", "PUT /presence/{userId}/status"},
                    .endpoint = [&presence](Call& call) { return set(presence, call); }});
  return routes;
}

}  // namespace chancery::client
