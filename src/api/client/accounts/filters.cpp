// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/user/{userId}/filter
// GET  /_matrix/client/v3/user/{userId}/filter/{filterId}
//
// Keeps a filter so that a sync can name it.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"
#include "protocol/filter.hpp"

#include <fmt/core.h>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

runtime::Task<http::Response> put(accounts::Filters& filters, Call& call) {
  require_own(call);
  base::JsonObject filter = co_await call.json_body();
  // Read once here, so that a sync may take a stored one as it is.
  if (const auto parsed = protocol::Filter::parse(filter); !parsed) {
    throw ApiError(ErrorCode::bad_json, fmt::format("Not a filter: {} {}", parsed.error().member,
                                                    parsed.error().reason));
  }
  const std::string id = co_await filters.put(call.session(), std::move(filter));
  co_return boundary::json_response(base::JsonObject{{"filter_id", id}});
}

runtime::Task<http::Response> show(accounts::Filters& filters, Call& call) {
  const auto filter = co_await filters.find(own_user(call), call.path("filterId"));
  if (filter == nullptr) throw ApiError(ErrorCode::not_found, "No such filter");
  co_return boundary::json_text_response(*filter);
}

}  // namespace

Routes filter_routes(accounts::Filters& filters) {
  boundary::Guard writing = boundary::kReader;
  writing.limit = boundary::LimitClass::write;
  writing.body_limit = 64UL * 1024;
  Routes routes;
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/user/{userId}/filter"),
                    .guard = writing,
                    .spec = {"client-server", "v1.19", "POST /user/{userId}/filter"},
                    .endpoint = [&filters](Call& call) { return put(filters, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/user/{userId}/filter/{filterId}"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "v1.19", "GET /user/{userId}/filter/{filterId}"},
                    .endpoint = [&filters](Call& call) { return show(filters, call); }});
  return routes;
}

}  // namespace chancery::client
