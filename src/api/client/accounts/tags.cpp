// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags
// PUT    /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}
// DELETE /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}
//
// Keeps the tags that a person gives a room.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

runtime::Task<http::Response> show(accounts::AccountData& account_data, Call& call) {
  base::JsonObject tags = co_await account_data.load_tags(own_user(call), call.room_id().text());
  co_return boundary::json_response(base::JsonObject{{"tags", std::move(tags)}});
}

runtime::Task<http::Response> put(accounts::AccountData& account_data, Call& call) {
  require_own(call);
  base::JsonObject content = co_await call.json_body();
  if (const base::Json* order = content.if_contains("order");
      order != nullptr && !order->is_number()) {
    throw protocol::ApiError(protocol::ErrorCode::bad_json, "'order' must be a number");
  }
  co_await account_data.put_tag(call.session(), call.room_id().text(), call.path("tag"),
                                std::move(content));
  co_return boundary::empty_response();
}

runtime::Task<http::Response> remove(accounts::AccountData& account_data, Call& call) {
  require_own(call);
  co_await account_data.remove_tag(call.session(), call.room_id().text(), call.path("tag"));
  co_return boundary::empty_response();
}

}  // namespace

Routes tag_routes(accounts::AccountData& account_data) {
  constexpr std::string_view kTag = "/user/{userId}/rooms/{roomId}/tags/{tag}";
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/user/{userId}/rooms/{roomId}/tags"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "v1.19", "GET /user/{userId}/rooms/{roomId}/tags"},
                    .endpoint = [&account_data](Call& call) { return show(account_data, call); }});
  routes.push_back(
      {.method = http::Method::put,
       .paths = boundary::v3_paths(kTag),
       .guard = boundary::kDataKeeper,
       .spec = {"client-server", "v1.19", "PUT /user/{userId}/rooms/{roomId}/tags/{tag}"},
       .endpoint = [&account_data](Call& call) { return put(account_data, call); }});
  routes.push_back(
      {.method = http::Method::del,
       .paths = boundary::v3_paths(kTag),
       .guard = boundary::kDataKeeper,
       .spec = {"client-server", "v1.19", "DELETE /user/{userId}/rooms/{roomId}/tags/{tag}"},
       .endpoint = [&account_data](Call& call) { return remove(account_data, call); }});
  return routes;
}

}  // namespace chancery::client
