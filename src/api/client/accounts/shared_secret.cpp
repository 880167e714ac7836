// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_synapse/admin/v1/register
// POST /_synapse/admin/v1/register
//
// Makes an account for whoever knows the shared secret. There only where one is configured.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr std::string_view kPath = "/_synapse/admin/v1/register";
constexpr boundary::Spec kNonceSpec{"synapse-admin", "v1", "GET /register"};
constexpr boundary::Spec kSpec{"synapse-admin", "v1", "POST /register"};

runtime::Task<http::Response> make_nonce(accounts::SharedSecret& shared_secret) {
  co_return boundary::json_response(base::JsonObject{{"nonce", shared_secret.make_nonce()}});
}

runtime::Task<http::Response> handle(accounts::SharedSecret& shared_secret, Call& call) {
  using Request = accounts::SharedSecret::Request;
  const base::JsonObject body = co_await call.json_body();
  const bool is_admin = boundary::optional_bool(body, "admin").value_or(false);
  Request request{.nonce = boundary::get_string(body, "nonce"),
                  .username = boundary::get_string(body, "username"),
                  .password = boundary::get_string(body, "password"),
                  .displayname = boundary::optional_string(body, "displayname"),
                  .user_type = boundary::optional_string(body, "user_type"),
                  .admin = is_admin ? Request::Admin::yes : Request::Admin::no,
                  .mac = boundary::get_string(body, "mac"),
                  .sign_in = wants_refresh(body)};
  if (boundary::optional_bool(body, "inhibit_login").value_or(false)) {
    request.sign_in = std::nullopt;
  }
  const accounts::SharedSecret::Made made =
      co_await shared_secret.register_account(std::move(request));
  if (made.session) {
    co_return boundary::json_response(describe_session(made.user, *made.session));
  }
  co_return boundary::json_response(base::JsonObject{{"user_id", made.user.text()}});
}

}  // namespace

Routes shared_secret_routes(const AccountServices& services) {
  Routes routes;
  accounts::SharedSecret& shared_secret = services.shared_secret;
  if (!shared_secret.is_enabled()) return routes;
  boundary::Guard guard = boundary::open_guard(boundary::LimitClass::registration);
  routes.push_back({.method = http::Method::get,
                    .paths = {std::string(kPath)},
                    .guard = guard,
                    .spec = kNonceSpec,
                    .endpoint = [&shared_secret](Call&) { return make_nonce(shared_secret); }});
  routes.push_back(
      {.method = http::Method::post,
       .paths = {std::string(kPath)},
       .guard = guard,
       .spec = kSpec,
       .endpoint = [&shared_secret](Call& call) { return handle(shared_secret, call); }});
  return routes;
}

}  // namespace chancery::client
