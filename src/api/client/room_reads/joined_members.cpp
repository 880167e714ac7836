// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/joined_members
//
// Lists who is in a room, with names and pictures.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/joined_members"};

// An application service sees who is in a room as any of its users who is.
protocol::UserId seeing_user(const RoomReadServices& services, const Call& call) {
  protocol::UserId user = call.session().user;
  if (call.session().service.empty()) return user;
  const appservices::Service* service = services.services.find(call.session().service);
  const auto number = services.rooms.find_number(call.room_id());
  const rooms::Memberships& memberships = services.rooms.memberships();
  if (service == nullptr || !number || memberships.is_joined(*number, user)) return user;
  for (const protocol::UserId& other : memberships.joined_members(*number)) {
    if (service->covers(other)) return other;
  }
  return user;
}

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const auto view = co_await services.reading.get_view(seeing_user(services, call), call.room_id());
  if (view.kind != rooms::Reading::View::Kind::present) {
    throw ApiError(ErrorCode::forbidden, "You are not in this room");
  }
  const auto events = co_await services.reading.load_members(view, std::nullopt);
  base::JsonObject joined;
  for (const rooms::CachedEventPtr& event : events) {
    const base::JsonObject& content = event->event->content();
    if (base::find_string(content, "membership") != "join") continue;
    base::JsonObject member{{"avatar_url", nullptr}, {"display_name", nullptr}};
    if (const auto name = base::find_string(content, "displayname")) member["display_name"] = *name;
    if (const auto url = base::find_string(content, "avatar_url")) member["avatar_url"] = *url;
    joined[*event->event->state_key()] = std::move(member);
  }
  co_return boundary::json_response(base::JsonObject{{"joined", std::move(joined)}});
}

}  // namespace

boundary::Route joined_members(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/joined_members"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
