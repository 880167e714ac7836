// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/room_keys/version
//
// Starts a new version of the key backup.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /room_keys/version"};

runtime::Task<http::Response> handle(devices::KeyBackups& backups, Call& call) {
  base::JsonObject body = co_await call.json_body();
  const std::string version = co_await backups.create(call.session().user, std::move(body));
  co_return boundary::json_response(base::JsonObject{{"version", version}});
}

}  // namespace

boundary::Route create_key_backup(devices::KeyBackups& backups) {
  return {.method = http::Method::post,
          .paths = {"/_matrix/client/v3/room_keys/version", "/_matrix/client/r0/room_keys/version",
                    "/_matrix/client/unstable/room_keys/version"},
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&backups](Call& call) { return handle(backups, call); }};
}

}  // namespace chancery::client
