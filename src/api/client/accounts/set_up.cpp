// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_chancery/setup
// POST /_chancery/setup/check
//
// Uses up the set-up link: makes the first owner and signs them in.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kCheckSpec{"chancery", "v1", "POST /_chancery/setup/check"};
constexpr boundary::Spec kSpec{"chancery", "v1", "POST /_chancery/setup"};

runtime::Task<http::Response> handle(accounts::SetupLinks& links, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const accounts::SetupLinks::Owner owner = co_await links.consume(
      boundary::get_string(body, "token"), boundary::get_string(body, "username"),
      boundary::get_string(body, "password"));
  co_return boundary::json_response(describe_session(owner.user, owner.session));
}

// For the page of the link, so that nobody fills it in for nothing.
runtime::Task<http::Response> check(accounts::SetupLinks& links, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  co_await links.require_valid(boundary::get_string(body, "token"));
  co_return boundary::empty_response();
}

}  // namespace

Routes set_up_routes(accounts::SetupLinks& links) {
  const auto route = [](std::string path, boundary::Spec spec, boundary::LimitClass limit,
                        boundary::Endpoint endpoint) {
    return boundary::Route{.method = http::Method::post,
                           .paths = {std::move(path)},
                           .guard = boundary::open_guard(limit),
                           .spec = spec,
                           .endpoint = std::move(endpoint)};
  };
  Routes routes;
  routes.push_back(route("/_chancery/setup/check", kCheckSpec, boundary::LimitClass::read,
                         [&links](Call& call) { return check(links, call); }));
  routes.push_back(route("/_chancery/setup", kSpec, boundary::LimitClass::sign_in,
                         [&links](Call& call) { return handle(links, call); }));
  return routes;
}

}  // namespace chancery::client
