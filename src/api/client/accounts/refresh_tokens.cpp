// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/refresh
//
// Gives new tokens for a refresh token.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /refresh"};

runtime::Task<http::Response> handle(accounts::Sessions& sessions, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const accounts::IssuedTokens tokens = co_await sessions.refresh(
      {.refresh_token = boundary::get_string(body, "refresh_token"), .request = call.request_id()});
  base::JsonObject answer;
  add_tokens(answer, tokens);
  co_return boundary::json_response(answer);
}

}  // namespace

boundary::Route refresh_tokens(accounts::Sessions& sessions) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/refresh"),
          .guard = boundary::open_guard(boundary::LimitClass::write),
          .spec = kSpec,
          .endpoint = [&sessions](Call& call) { return handle(sessions, call); }};
}

}  // namespace chancery::client
