// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/oauth2/register
//
// Registers a client (RFC 7591).
#include "api/oauth/forms.hpp"
#include "api/oauth/routes.hpp"

namespace chancery::oauth_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"rfc", "7591", "POST /_chancery/oauth2/register"};
constexpr std::size_t kMostBytes = std::size_t{16} * 1024;

runtime::Task<http::Response> handle(oauth::Clients& clients, Call& call) {
  auto client = co_await clients.register_client(co_await call.json_body());
  if (!client) co_return refuse(client.error());
  base::JsonObject body = oauth::describe(client->metadata);
  body["client_id"] = client->id;
  body["client_id_issued_at"] = client->registered_at.milliseconds / 1000;
  http::Response response = boundary::json_response(body, 201);
  add_no_store(response);
  co_return response;
}

http::Response show_failure_of_registration(const boundary::Failure& failure) {
  const bool is_unreadable = failure.code == "M_NOT_JSON" || failure.code == "M_BAD_JSON";
  if (!is_unreadable) return show_failure(failure);
  return refuse({oauth::OauthError::invalid_client_metadata, failure.text});
}

}  // namespace

boundary::Route register_client(const Services& services) {
  boundary::Guard guard = boundary::open_guard(boundary::LimitClass::sign_in);
  guard.body_limit = kMostBytes;
  return {.method = http::Method::post,
          .paths = {std::string(kRegisterPath)},
          .guard = guard,
          .spec = kSpec,
          .endpoint = [&clients = services.clients](Call& call) { return handle(clients, call); },
          .show_failure = show_failure_of_registration};
}

}  // namespace chancery::oauth_api
