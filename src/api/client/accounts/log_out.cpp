// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/logout
// POST /_matrix/client/v3/logout/all
//
// Ends this session, or every session of the user.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /logout"};
constexpr boundary::Spec kAllSpec{"client-server", "v1.19", "POST /logout/all"};

runtime::Task<http::Response> log_out(accounts::Sessions& sessions, Call& call) {
  co_await sessions.log_out(call.session());
  co_return boundary::empty_response();
}

runtime::Task<http::Response> log_out_everywhere(accounts::Sessions& sessions, Call& call) {
  co_await sessions.log_out_everywhere(call.session());
  co_return boundary::empty_response();
}

}  // namespace

Routes log_out_routes(accounts::Sessions& sessions) {
  // All that is left to whoever is locked.
  constexpr boundary::Guard kLeaver{.needs = {.capability = policy::Capability::end_session}};
  Routes routes;
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/logout"),
                    .guard = kLeaver,
                    .spec = kSpec,
                    .endpoint = [&sessions](Call& call) { return log_out(sessions, call); }});
  routes.push_back(
      {.method = http::Method::post,
       .paths = boundary::v3_paths("/logout/all"),
       .guard = kLeaver,
       .spec = kAllSpec,
       .endpoint = [&sessions](Call& call) { return log_out_everywhere(sessions, call); }});
  return routes;
}

}  // namespace chancery::client
