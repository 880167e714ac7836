// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/setup
//
// Uses up the set-up link: makes the first owner and signs them in.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"chancery", "v1", "POST /_chancery/setup"};

runtime::Task<http::Response> handle(accounts::SetupLinks& links, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const accounts::SetupLinks::Owner owner = co_await links.consume(
      boundary::get_string(body, "token"), boundary::get_string(body, "username"),
      boundary::get_string(body, "password"));
  co_return boundary::json_response(describe_session(owner.user, owner.session));
}

}  // namespace

boundary::Route set_up(accounts::SetupLinks& links) {
  boundary::Guard guard = boundary::kOpen;
  guard.limit = boundary::LimitClass::sign_in;
  return {.method = http::Method::post,
          .paths = {"/_chancery/setup"},
          .guard = guard,
          .spec = kSpec,
          .endpoint = [&links](Call& call) { return handle(links, call); }};
}

}  // namespace chancery::client
