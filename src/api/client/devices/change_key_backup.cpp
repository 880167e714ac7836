// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/room_keys/version/{version}
//
// Replaces the auth_data of a version of the key backup.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "PUT /room_keys/version/{version}"};

runtime::Task<http::Response> handle(devices::KeyBackups& backups, Call& call) {
  base::JsonObject body = co_await call.json_body();
  co_await backups.set_auth(call.session().user, call.path("version"), std::move(body));
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route change_key_backup(devices::KeyBackups& backups) {
  return {.method = http::Method::put,
          .paths = {"/_matrix/client/v3/room_keys/version/{version}",
                    "/_matrix/client/r0/room_keys/version/{version}",
                    "/_matrix/client/unstable/room_keys/version/{version}"},
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&backups](Call& call) { return handle(backups, call); }};
}

}  // namespace chancery::client
