// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// DELETE /_matrix/client/v3/room_keys/keys
//
// Removes all keys from the newest version of the backup.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "DELETE /room_keys/keys"};

runtime::Task<http::Response> handle(devices::KeyBackups& backups, Call& call) {
  const auto stored = co_await backups.remove_sessions(devices::KeyBackups::Part{
      .user = call.session().user, .version = backup_version(call), .room = "", .session = ""});
  co_return describe_stored(stored);
}

}  // namespace

boundary::Route remove_all_keys(devices::KeyBackups& backups) {
  return {.method = http::Method::del,
          .paths = {"/_matrix/client/v3/room_keys/keys", "/_matrix/client/r0/room_keys/keys",
                    "/_matrix/client/unstable/room_keys/keys"},
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [&backups](Call& call) { return handle(backups, call); }};
}

}  // namespace chancery::client
