// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/account/whoami
//
// Says whose the access token is.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /account/whoami"};

runtime::Task<http::Response> handle(Call& call) {
  const accounts::Session& session = call.session();
  base::JsonObject answer{{"user_id", session.user.text()},
                          {"is_guest", session.role == policy::Role::guest}};
  // An application service may act without a device.
  if (!session.device.text().empty()) answer["device_id"] = session.device.text();
  co_return boundary::json_response(answer);
}

}  // namespace

boundary::Route who_am_i() {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/account/whoami"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [](Call& call) { return handle(call); }};
}

}  // namespace chancery::client
