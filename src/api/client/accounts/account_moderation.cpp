// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/admin/suspend/{userId}
// PUT /_matrix/client/v1/admin/suspend/{userId}
// GET /_matrix/client/v1/admin/lock/{userId}
// PUT /_matrix/client/v1/admin/lock/{userId}
//
// Lets the owners of the server suspend and lock accounts, and look whether they are.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using accounts::Accounts;
using boundary::Call;

namespace {

bool get_bool(const base::JsonObject& body, std::string_view key) {
  const auto value = boundary::optional_bool(body, key);
  if (!value) {
    throw protocol::ApiError(protocol::ErrorCode::missing_param,
                             fmt::format("'{}' is missing", key));
  }
  return *value;
}

runtime::Task<http::Response> show_suspended(accounts::Moderation& moderation, Call& call) {
  const storage::AccountStanding standing =
      co_await moderation.standing_of(call.session(), call.user_id());
  co_return boundary::json_response(base::JsonObject{{"suspended", standing.suspended}});
}

runtime::Task<http::Response> set_suspended(accounts::Moderation& moderation, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const bool suspended = get_bool(body, "suspended");
  co_await moderation.set_suspended(call.session(), call.user_id(),
                                    suspended ? Accounts::Suspended::yes : Accounts::Suspended::no);
  co_return boundary::json_response(base::JsonObject{{"suspended", suspended}});
}

runtime::Task<http::Response> show_locked(accounts::Moderation& moderation, Call& call) {
  const storage::AccountStanding standing =
      co_await moderation.standing_of(call.session(), call.user_id());
  co_return boundary::json_response(base::JsonObject{{"locked", standing.locked}});
}

runtime::Task<http::Response> set_locked(accounts::Moderation& moderation, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const bool locked = get_bool(body, "locked");
  co_await moderation.set_locked(call.session(), call.user_id(),
                                 locked ? Accounts::Locked::yes : Accounts::Locked::no);
  co_return boundary::json_response(base::JsonObject{{"locked", locked}});
}

}  // namespace

Routes account_moderation_routes(accounts::Moderation& moderation) {
  using http::Method;
  Routes routes;
  const auto add = [&routes](Method method, std::string_view path, std::string_view operation,
                             boundary::Endpoint endpoint) {
    routes.push_back({.method = method,
                      .paths = boundary::v1_paths(path),
                      .guard = boundary::kAdministrator,
                      .spec = {"client-server", "v1.19", operation},
                      .endpoint = std::move(endpoint)});
  };
  add(Method::get, "/admin/suspend/{userId}", "GET /admin/suspend/{userId}",
      [&moderation](Call& call) { return show_suspended(moderation, call); });
  add(Method::put, "/admin/suspend/{userId}", "PUT /admin/suspend/{userId}",
      [&moderation](Call& call) { return set_suspended(moderation, call); });
  add(Method::get, "/admin/lock/{userId}", "GET /admin/lock/{userId}",
      [&moderation](Call& call) { return show_locked(moderation, call); });
  add(Method::put, "/admin/lock/{userId}", "PUT /admin/lock/{userId}",
      [&moderation](Call& call) { return set_locked(moderation, call); });
  return routes;
}

}  // namespace chancery::client
