// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/rendezvous_calls.hpp"

#include <string>

namespace chancery::oauth_api {

boundary::Guard rendezvous_guard(boundary::LimitClass limit) {
  boundary::Guard guard = boundary::open_guard(limit);
  // JSON may write a byte as six.
  guard.body_limit = oauth::Rendezvous::kMostBytes * 6 + 1'024;
  return guard;
}

void require_no_navigation(boundary::Call& call) {
  if (call.request().headers.find("Sec-Fetch-Mode") == "navigate") {
    throw protocol::ApiError(protocol::ErrorCode::forbidden, "This is no page");
  }
}

protocol::ApiError no_such_meeting() {
  return {protocol::ErrorCode::not_found, "There is no such rendezvous (any more)"};
}

void add_rendezvous_fields(http::Response& response) {
  response.headers.set("Cache-Control", "no-store, no-transform");
  response.headers.set("Pragma", "no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  response.headers.set("X-Max-Bytes", std::to_string(oauth::Rendezvous::kMostBytes));
}

}  // namespace chancery::oauth_api
