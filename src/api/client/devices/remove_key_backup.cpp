// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// DELETE /_matrix/client/v3/room_keys/version/{version}
//
// Removes a version of the key backup with all its keys.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "DELETE /room_keys/version/{version}"};

runtime::Task<http::Response> handle(devices::KeyBackups& backups, Call& call) {
  co_await backups.remove(call.session().user, call.path("version"));
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route remove_key_backup(devices::KeyBackups& backups) {
  return {.method = http::Method::del,
          .paths = {"/_matrix/client/v3/room_keys/version/{version}",
                    "/_matrix/client/r0/room_keys/version/{version}",
                    "/_matrix/client/unstable/room_keys/version/{version}"},
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&backups](Call& call) { return handle(backups, call); }};
}

}  // namespace chancery::client
