// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/room_keys/version/{version}
//
// Describes one version of the key backup.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /room_keys/version/{version}"};

runtime::Task<http::Response> handle(devices::KeyBackups& backups, Call& call) {
  co_return describe_backup(co_await backups.get(call.session().user, call.path("version")));
}

}  // namespace

boundary::Route get_key_backup(devices::KeyBackups& backups) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/v3/room_keys/version/{version}",
                    "/_matrix/client/r0/room_keys/version/{version}",
                    "/_matrix/client/unstable/room_keys/version/{version}"},
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&backups](Call& call) { return handle(backups, call); }};
}

}  // namespace chancery::client
