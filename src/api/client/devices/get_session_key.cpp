// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}
//
// Returns the key of one session of a version of the backup.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /room_keys/keys/{roomId}/{sessionId}"};

runtime::Task<http::Response> handle(devices::KeyBackups& backups, Call& call) {
  const auto sessions =
      co_await backups.load(devices::KeyBackups::Part{.user = call.session().user,
                                                      .version = backup_version(call),
                                                      .room = call.path("roomId"),
                                                      .session = call.path("sessionId")});
  co_return session_response(sessions);
}

}  // namespace

boundary::Route get_session_keys(devices::KeyBackups& backups) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}",
                    "/_matrix/client/r0/room_keys/keys/{roomId}/{sessionId}",
                    "/_matrix/client/unstable/room_keys/keys/{roomId}/{sessionId}"},
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&backups](Call& call) { return handle(backups, call); }};
}

}  // namespace chancery::client
