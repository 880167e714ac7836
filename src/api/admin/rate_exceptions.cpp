// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_synapse/admin/v1/users/{userId}/override_ratelimit
// POST   /_synapse/admin/v1/users/{userId}/override_ratelimit
// DELETE /_synapse/admin/v1/users/{userId}/override_ratelimit
//
// Lets an account send faster than others, or slower.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::int64_t kMost = 1'000'000;

base::JsonObject describe(const admin::RateException& exception) {
  return {{"messages_per_second", exception.per_second}, {"burst_count", exception.burst}};
}

std::int64_t read_count(const base::JsonObject& body, std::string_view key, std::int64_t least,
                        std::int64_t usual) {
  const std::int64_t count = boundary::optional_integer(body, key).value_or(usual);
  if (count < least || count > kMost) {
    throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' is too small or too large", key));
  }
  return count;
}

// Where there is a rate, there is a burst of one at least: by none nobody would ever send anything.
admin::RateException read_exception(const base::JsonObject& body) {
  const std::int64_t per_second = read_count(body, "messages_per_second", 0, 0);
  const std::int64_t least = per_second == 0 ? 0 : 1;
  return {.per_second = per_second, .burst = read_count(body, "burst_count", least, per_second)};
}

runtime::Task<http::Response> show(const AdminServices& services, Call& call) {
  co_await services.moderation.look_at(call.session(), call.user_id());
  const auto exception = services.rates.find(call.user_id());
  co_return boundary::json_response(exception ? describe(*exception) : base::JsonObject{});
}

runtime::Task<http::Response> set(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const admin::RateException exception = read_exception(body);
  co_await services.moderation.act_on(call.session(), call.user_id());
  co_await services.rates.put(call.session(), call.user_id(), exception);
  co_return boundary::json_response(describe(exception));
}

runtime::Task<http::Response> remove(const AdminServices& services, Call& call) {
  co_await services.moderation.act_on(call.session(), call.user_id());
  co_await services.rates.remove(call.session(), call.user_id());
  co_return boundary::empty_response();
}

}  // namespace

Routes rate_exception_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(admin_route({"synapse-admin", "v1", "GET /users/{userId}/override_ratelimit"},
                               [services](Call& call) { return show(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "POST /users/{userId}/override_ratelimit"},
                               [services](Call& call) { return set(services, call); }));
  routes.push_back(admin_route({"synapse-admin", "v1", "DELETE /users/{userId}/override_ratelimit"},
                               [services](Call& call) { return remove(services, call); }));
  return routes;
}

}  // namespace chancery::admin_api
