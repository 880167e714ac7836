// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_synapse/admin/v1/registration_tokens
// POST   /_synapse/admin/v1/registration_tokens/new
// GET    /_synapse/admin/v1/registration_tokens/{token}
// PUT    /_synapse/admin/v1/registration_tokens/{token}
// DELETE /_synapse/admin/v1/registration_tokens/{token}
//
// Lets the owner hand out tokens by which people may register.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr std::string_view kAll = "/_synapse/admin/v1/registration_tokens";

base::JsonObject describe(const accounts::RegistrationTokens& tokens,
                          const storage::StoredRegistrationToken& token) {
  const bool expires = token.expires_at.milliseconds != 0;
  return {{"token", token.token},
          {"uses_allowed", token.uses_allowed ? base::Json(*token.uses_allowed) : nullptr},
          {"pending", tokens.pending(token.token)},
          {"completed", token.completed},
          {"expiry_time", expires ? base::Json(token.expires_at.milliseconds) : nullptr}};
}

// A number; null is as good as no member.
std::optional<std::int64_t> number_or_null(const base::JsonObject& body, std::string_view key) {
  const base::Json* value = body.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return boundary::optional_integer(body, key);
}

runtime::Task<http::Response> list(accounts::RegistrationTokens& tokens, Call& call) {
  const auto valid = call.query_bool("valid");
  base::JsonArray shown;
  for (const storage::StoredRegistrationToken& token : co_await tokens.load()) {
    if (valid && *valid != co_await tokens.is_valid(token.token)) continue;
    shown.push_back(describe(tokens, token));
  }
  co_return boundary::json_response(base::JsonObject{{"registration_tokens", std::move(shown)}});
}

runtime::Task<http::Response> create(accounts::RegistrationTokens& tokens, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  accounts::RegistrationTokens::Wanted wanted{
      .token = boundary::optional_string(body, "token"),
      .length = number_or_null(body, "length"),
      .uses_allowed = number_or_null(body, "uses_allowed"),
      .expires_at = {number_or_null(body, "expiry_time").value_or(0)}};
  const storage::StoredRegistrationToken made =
      co_await tokens.create(call.session().user.text(), std::move(wanted));
  co_return boundary::json_response(describe(tokens, made));
}

runtime::Task<http::Response> show(accounts::RegistrationTokens& tokens, Call& call) {
  const storage::StoredRegistrationToken token = co_await tokens.get(call.path("token"));
  co_return boundary::json_response(describe(tokens, token));
}

runtime::Task<http::Response> change(accounts::RegistrationTokens& tokens, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  storage::StoredRegistrationToken token = co_await tokens.get(call.path("token"));
  if (body.contains("uses_allowed")) token.uses_allowed = number_or_null(body, "uses_allowed");
  if (body.contains("expiry_time")) {
    token.expires_at = {number_or_null(body, "expiry_time").value_or(0)};
  }
  co_await tokens.change(call.session().user.text(), token);
  co_return boundary::json_response(describe(tokens, token));
}

runtime::Task<http::Response> remove(accounts::RegistrationTokens& tokens, Call& call) {
  co_await tokens.remove(call.session().user.text(), call.path("token"));
  co_return boundary::empty_response();
}

boundary::Route make_route(http::Method method, std::string_view below, std::string_view operation,
                           boundary::Endpoint endpoint) {
  return {.method = method,
          .paths = {std::string(kAll) + std::string(below)},
          .guard = boundary::kAdministrator,
          .spec = {"synapse-admin", "v1", operation},
          .endpoint = std::move(endpoint)};
}

}  // namespace

Routes registration_token_routes(accounts::RegistrationTokens& tokens) {
  using http::Method;
  Routes routes;
  routes.push_back(make_route(Method::get, "", "GET /registration_tokens",
                              [&tokens](Call& call) { return list(tokens, call); }));
  routes.push_back(make_route(Method::post, "/new", "POST /registration_tokens/new",
                              [&tokens](Call& call) { return create(tokens, call); }));
  routes.push_back(make_route(Method::get, "/{token}", "GET /registration_tokens/{token}",
                              [&tokens](Call& call) { return show(tokens, call); }));
  routes.push_back(make_route(Method::put, "/{token}", "PUT /registration_tokens/{token}",
                              [&tokens](Call& call) { return change(tokens, call); }));
  routes.push_back(make_route(Method::del, "/{token}", "DELETE /registration_tokens/{token}",
                              [&tokens](Call& call) { return remove(tokens, call); }));
  return routes;
}

}  // namespace chancery::client
