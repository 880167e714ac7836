// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/room_summary/{roomIdOrAlias}
//
// Tells what a room is, to those who may know of it; without a token, what is open to all.
#include "api/boundary/call.hpp"
#include "api/client/rooms/public_rooms.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"
#include "domain/rooms/discovery.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /room_summary/{roomIdOrAlias}"};

std::string_view membership_of(const rooms::Room& room, const protocol::UserId& user) {
  const std::optional<rooms::Member> member = room.find_member(user);
  return rooms::membership_name(member ? member->membership : rooms::Membership::leave);
}

runtime::Task<http::Response> handle(rooms::Rooms& rooms, rooms::Aliases& aliases, Call& call) {
  const protocol::RoomId id = co_await resolve_room(aliases, call.path("roomIdOrAlias"));
  const rooms::RoomPtr room = co_await rooms.find(id);
  std::optional<protocol::UserId> user;
  if (call.find_session()) user = call.session().user;
  // One answer for rooms that are not there and rooms that are none of theirs.
  if (!room || !rooms::may_discover(rooms, *room, user)) {
    throw ApiError(ErrorCode::not_found, "There is no such room, or you may not see it");
  }
  base::JsonObject summary = summary_json(co_await rooms::describe_shown(rooms, room));
  if (user) summary["membership"] = membership_of(*room, *user);
  // COMPAT: Nheko, Cinny and others read the names that these had in MSC3266.
  summary["im.nheko.summary.room_version"] = summary["room_version"];
  summary["im.nheko.summary.version"] = summary["room_version"];
  if (summary.contains("encryption")) {
    summary["im.nheko.summary.encryption"] = summary["encryption"];
  }
  co_return boundary::json_response(summary);
}

}  // namespace

boundary::Route room_summary(rooms::Rooms& rooms, rooms::Aliases& aliases) {
  boundary::Guard guard = boundary::kOpen;
  guard.authentication = boundary::Authentication::optional;
  std::vector<std::string> paths = boundary::v1_paths("/room_summary/{roomIdOrAlias}");
  paths.emplace_back("/_matrix/client/unstable/im.nheko.summary/summary/{roomIdOrAlias}");
  paths.emplace_back("/_matrix/client/unstable/im.nheko.summary/rooms/{roomIdOrAlias}/summary");
  return {.method = http::Method::get,
          .paths = std::move(paths),
          .guard = guard,
          .spec = kSpec,
          .endpoint = [&rooms, &aliases](Call& call) { return handle(rooms, aliases, call); }};
}

}  // namespace chancery::client
