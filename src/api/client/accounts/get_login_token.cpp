// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v1/login/get_token
//
// Gives somebody who is signed in a token by which another device of theirs signs in once.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using accounts::LoginTokens;
using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /login/get_token"};

runtime::Task<http::Response> handle(const AccountServices& services, Call& call) {
  // As m.get_login_token says: these sign another device in by the device authorization grant.
  if (!call.session().client.empty()) {
    throw ApiError(ErrorCode::forbidden, "Sessions of OAuth 2.0 have the device grant for this")
        .with_status(400);
  }
  // Before anything is waited for: a sign-out from now on ends what is given here.
  accounts::Proof proof = co_await services.sessions.prove(call.session().user);
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  if (auto challenge = co_await services.interactive.ask_owner(call, body)) {
    co_return *std::move(challenge);
  }
  std::string token =
      co_await services.login_tokens.issue({.user = call.session().user, .proof = std::move(proof)},
                                           {.device = call.session().device.text(), .origin = {}});
  co_return boundary::json_response(base::JsonObject{
      {"login_token", std::move(token)}, {"expires_in_ms", LoginTokens::kPersonLifetime.count()}});
}

}  // namespace

boundary::Route get_login_token(const AccountServices& services) {
  boundary::Guard guard = boundary::kAccountHolder;
  guard.limit = boundary::LimitClass::sign_in;
  return {.method = http::Method::post,
          .paths = boundary::v1_paths("/login/get_token"),
          .guard = guard,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
