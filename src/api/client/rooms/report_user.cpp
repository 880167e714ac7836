// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/users/{userId}/report
//
// Tells the people who run the server about a person.
#include "api/boundary/call.hpp"
#include "api/client/rooms/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /users/{userId}/report"};

runtime::Task<http::Response> handle(rooms::Reports& reports, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  co_await reports.report(rooms::actor_of(call.session()),
                          {.room = {},
                           .event = {},
                           .user = call.user_id(),
                           .reason = boundary::optional_string(body, "reason").value_or("")});
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route report_user(rooms::Reports& reports) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/users/{userId}/report"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&reports](Call& call) { return handle(reports, call); }};
}

}  // namespace chancery::client
