// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET, PUT, DELETE /_matrix/client/v3/room_keys/keys
// GET, PUT, DELETE /_matrix/client/v3/room_keys/keys/{roomId}
// GET, PUT, DELETE /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}
//
// The keys in a version of the backup, stored in the newest alone: all of them, those of a room, or
// that of one session.
#include "api/boundary/call.hpp"
#include "api/client/devices/key_backup_json.hpp"
#include "api/client/devices/routes.hpp"

namespace chancery::client {

using boundary::Call;
using devices::KeyBackups;

namespace {

constexpr boundary::Guard kKeyStore{.needs = {.capability = policy::Capability::keep_own_data},
                                    .limit = boundary::LimitClass::write,
                                    .body_limit = 4 * 1024 * 1024};

// How much of the backup a path names, and how that is shown.
struct Extent {
  std::string_view path;
  boundary::Spec get;
  boundary::Spec put;
  boundary::Spec remove;
  http::Response (*show)(const std::vector<storage::BackedUpSession>& sessions);
};
constexpr Extent kAll{.path = "/room_keys/keys",
                      .get = {"client-server", "v1.19", "GET /room_keys/keys"},
                      .put = {"client-server", "v1.19", "PUT /room_keys/keys"},
                      .remove = {"client-server", "v1.19", "DELETE /room_keys/keys"},
                      .show = rooms_response};
constexpr Extent kOfRoom{.path = "/room_keys/keys/{roomId}",
                         .get = {"client-server", "v1.19", "GET /room_keys/keys/{roomId}"},
                         .put = {"client-server", "v1.19", "PUT /room_keys/keys/{roomId}"},
                         .remove = {"client-server", "v1.19", "DELETE /room_keys/keys/{roomId}"},
                         .show = sessions_response};
constexpr Extent kOfSession{
    .path = "/room_keys/keys/{roomId}/{sessionId}",
    .get = {"client-server", "v1.19", "GET /room_keys/keys/{roomId}/{sessionId}"},
    .put = {"client-server", "v1.19", "PUT /room_keys/keys/{roomId}/{sessionId}"},
    .remove = {"client-server", "v1.19", "DELETE /room_keys/keys/{roomId}/{sessionId}"},
    .show = session_response};

KeyBackups::Part part_of(const Call& call) {
  return {.user = call.session().user,
          .version = backup_version(call),
          .room = call.find_path("roomId").value_or(""),
          .session = call.find_path("sessionId").value_or("")};
}

runtime::Task<http::Response> show(KeyBackups& backups, const Extent& extent, Call& call) {
  co_return extent.show(co_await backups.load(part_of(call)));
}

runtime::Task<http::Response> put(KeyBackups& backups, Call& call) {
  base::JsonObject body = co_await call.json_body();
  co_return describe_stored(co_await backups.put(part_of(call), std::move(body)));
}

runtime::Task<http::Response> remove(KeyBackups& backups, Call& call) {
  co_return describe_stored(co_await backups.remove_sessions(part_of(call)));
}

}  // namespace

std::vector<boundary::Route> backed_up_key_routes(KeyBackups& backups) {
  std::vector<boundary::Route> routes;
  for (const Extent* extent : {&kAll, &kOfRoom, &kOfSession}) {
    const std::string path(extent->path);
    const std::vector<std::string> paths{"/_matrix/client/v3" + path, "/_matrix/client/r0" + path,
                                         "/_matrix/client/unstable" + path};
    routes.push_back(
        {.method = http::Method::get,
         .paths = paths,
         .guard = boundary::kReader,
         .spec = extent->get,
         .endpoint = [&backups, extent](Call& call) { return show(backups, *extent, call); }});
    routes.push_back({.method = http::Method::put,
                      .paths = paths,
                      .guard = kKeyStore,
                      .spec = extent->put,
                      .endpoint = [&backups](Call& call) { return put(backups, call); }});
    routes.push_back({.method = http::Method::del,
                      .paths = paths,
                      .guard = boundary::kDataKeeper,
                      .spec = extent->remove,
                      .endpoint = [&backups](Call& call) { return remove(backups, call); }});
  }
  return routes;
}

}  // namespace chancery::client
