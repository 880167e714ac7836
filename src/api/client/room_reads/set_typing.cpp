// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/rooms/{roomId}/typing/{userId}
//
// Says that one is typing, for some seconds, or no longer.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "PUT /rooms/{roomId}/typing/{userId}"};

constexpr base::Milliseconds kUsualTime = std::chrono::seconds(30);
constexpr base::Milliseconds kLongestTime = std::chrono::minutes(2);

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const protocol::UserId user = call.user_id();
  if (user != call.session().user) {
    throw ApiError(ErrorCode::forbidden, "One can only say of oneself that one is typing");
  }
  const auto is_typing = boundary::optional_bool(body, "typing");
  if (!is_typing) throw ApiError(ErrorCode::missing_param, "'typing' is missing");
  const auto number = services.rooms.find_number(call.room_id());
  if (!number || !services.rooms.memberships().is_joined(*number, user)) {
    throw ApiError(ErrorCode::forbidden, "You are not in this room");
  }
  if (*is_typing) {
    const base::Milliseconds asked{
        boundary::optional_integer(body, "timeout").value_or(kUsualTime.count())};
    services.typing.start(*number, user, std::clamp(asked, base::Milliseconds(1), kLongestTime));
    services.presence.note_active(user);
  } else {
    services.typing.stop(*number, user);
  }
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route set_typing(RoomReadServices services) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/rooms/{roomId}/typing/{userId}"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
