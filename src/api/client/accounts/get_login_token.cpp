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

runtime::Task<http::Response> handle(LoginTokens& tokens, InteractiveAuth& interactive,
                                     Call& call) {
  // As m.get_login_token says: these sign another device in by the device authorization grant.
  if (!call.session().client.empty()) {
    throw ApiError(ErrorCode::forbidden, "Sessions of OAuth 2.0 have the device grant for this")
        .with_status(400);
  }
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  if (auto challenge = co_await interactive.ask_owner(call, body)) {
    co_return *std::move(challenge);
  }
  co_return boundary::json_response(
      base::JsonObject{{"login_token", tokens.issue(call.session().user, LoginTokens::Way::person)},
                       {"expires_in_ms", LoginTokens::kPersonLifetime.count()}});
}

}  // namespace

boundary::Route get_login_token(const AccountServices& services) {
  boundary::Guard guard = boundary::kAccountHolder;
  guard.limit = boundary::LimitClass::sign_in;
  return {.method = http::Method::post,
          .paths = boundary::v1_paths("/login/get_token"),
          .guard = guard,
          .spec = kSpec,
          .endpoint = [&tokens = services.login_tokens, &interactive = services.interactive](
                          Call& call) { return handle(tokens, interactive, call); }};
}

}  // namespace chancery::client
