// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}
//
// Stores the key of one session in the newest version of the backup.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /room_keys/keys/{roomId}/{sessionId}"};

runtime::Task<http::Response> handle(devices::KeyBackups& backups, Call& call) {
  base::JsonObject body = co_await call.json_body();
  const auto stored =
      co_await backups.put(devices::KeyBackups::Part{.user = call.session().user,
                                                     .version = backup_version(call),
                                                     .room = call.path("roomId"),
                                                     .session = call.path("sessionId")},
                           std::move(body));
  co_return describe_stored(stored);
}

}  // namespace

boundary::Route put_session_keys(devices::KeyBackups& backups) {
  return {.method = http::Method::put,
          .paths = {"/_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}",
                    "/_matrix/client/r0/room_keys/keys/{roomId}/{sessionId}",
                    "/_matrix/client/unstable/room_keys/keys/{roomId}/{sessionId}"},
          .guard = boundary::Guard{.needs = {.capability = policy::Capability::keep_own_data},
                                   .limit = boundary::LimitClass::write,
                                   .body_limit = 4 * 1024 * 1024},
          .spec = kSpec,
          .endpoint = [&backups](Call& call) { return handle(backups, call); }};
}

}  // namespace chancery::client
