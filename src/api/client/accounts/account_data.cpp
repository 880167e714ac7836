// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/user/{userId}/account_data/{type}
// PUT /_matrix/client/v3/user/{userId}/account_data/{type}
// GET /_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}
// PUT /_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}
//
// DELETE /_matrix/client/unstable/org.matrix.msc3391/user/{userId}/account_data/{type}
// DELETE
// /_matrix/client/unstable/org.matrix.msc3391/user/{userId}/rooms/{roomId}/account_data/{type}
//
// Keeps what a person's clients want kept, for the account or for a room.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

enum class Scope : std::uint8_t { account, room };

std::string room_of(const Call& call, Scope scope) {
  return scope == Scope::room ? call.room_id().text() : std::string();
}

runtime::Task<http::Response> show(accounts::AccountData& account_data, Scope scope, Call& call) {
  const auto content =
      co_await account_data.find(own_user(call), room_of(call, scope), call.path("type"));
  if (!content) throw ApiError(ErrorCode::not_found, "There is no account data of this type");
  co_return boundary::json_text_response(*content);
}

// Some types have endpoints of their own.
std::string type_to_write(const Call& call) {
  std::string type = call.path("type");
  if (type == "m.fully_read" || type == "m.push_rules") {
    throw ApiError(ErrorCode::bad_json, "Account data of this type is kept by the server")
        .with_status(405);
  }
  return type;
}

runtime::Task<http::Response> put(accounts::AccountData& account_data, Scope scope, Call& call) {
  require_own(call);
  const std::string type = type_to_write(call);
  const base::JsonObject content = co_await call.json_body();
  co_await account_data.put(call.session(), room_of(call, scope), type, base::to_text(content));
  co_return boundary::empty_response();
}

runtime::Task<http::Response> remove(accounts::AccountData& account_data, Scope scope, Call& call) {
  require_own(call);
  co_await account_data.remove(call.session(), room_of(call, scope), type_to_write(call));
  co_return boundary::empty_response();
}

}  // namespace

Routes account_data_routes(accounts::AccountData& account_data) {
  constexpr std::string_view kOfAccount = "/user/{userId}/account_data/{type}";
  constexpr std::string_view kOfRoom = "/user/{userId}/rooms/{roomId}/account_data/{type}";
  Routes routes;
  for (const Scope scope : {Scope::account, Scope::room}) {
    const bool is_room = scope == Scope::room;
    const std::vector<std::string> paths = boundary::v3_paths(is_room ? kOfRoom : kOfAccount);
    routes.push_back({.method = http::Method::get,
                      .paths = paths,
                      .guard = boundary::kReader,
                      .spec = {"client-server", "v1.19",
                               is_room ? "GET /user/{userId}/rooms/{roomId}/account_data/{type}"
                                       : "GET /user/{userId}/account_data/{type}"},
                      .endpoint = [&account_data, scope](Call& call) {
                        return show(account_data, scope, call);
                      }});
    routes.push_back({.method = http::Method::put,
                      .paths = paths,
                      .guard = boundary::kDataKeeper,
                      .spec = {"client-server", "v1.19",
                               is_room ? "PUT /user/{userId}/rooms/{roomId}/account_data/{type}"
                                       : "PUT /user/{userId}/account_data/{type}"},
                      .endpoint = [&account_data, scope](Call& call) {
                        return put(account_data, scope, call);
                      }});
    routes.push_back({.method = http::Method::del,
                      .paths = {"/_matrix/client/unstable/org.matrix.msc3391" +
                                std::string(is_room ? kOfRoom : kOfAccount)},
                      .guard = boundary::kDataKeeper,
                      .spec = {"client-server", "MSC3391",
                               is_room ? "DELETE /user/{userId}/rooms/{roomId}/account_data/{type}"
                                       : "DELETE /user/{userId}/account_data/{type}"},
                      .endpoint = [&account_data, scope](Call& call) {
                        return remove(account_data, scope, call);
                      }});
  }
  return routes;
}

}  // namespace chancery::client
