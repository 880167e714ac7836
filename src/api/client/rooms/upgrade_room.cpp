// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/upgrade
//
// Replaces a room by a new one of another version.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/upgrade"};

runtime::Task<http::Response> handle(rooms::Upgrading& upgrading, push::UpgradedRooms& upgraded,
                                     Call& call) {
  const base::JsonObject body = co_await call.json_body();
  rooms::UpgradeRequest request{.room = call.room_id(),
                                .version = boundary::get_string(body, "new_version"),
                                .additional_creators = read_users(body, "additional_creators")};
  const protocol::RoomId made = co_await upgrading.upgrade(
      rooms::actor_of(call.session(), call.request().gone), std::move(request));
  co_await upgraded.follow(call.session(), made);
  co_return boundary::json_response(base::JsonObject{{"replacement_room", made.text()}});
}

}  // namespace

boundary::Route upgrade_room(rooms::Upgrading& upgrading, push::UpgradedRooms& upgraded) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/upgrade"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&upgrading, &upgraded](Call& call) {
            return handle(upgrading, upgraded, call);
          }};
}

}  // namespace chancery::client
