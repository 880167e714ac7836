// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/rooms/{roomId}/timestamp_to_event
//
// Finds the event that was sent closest to a time.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/timestamp_to_event"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const auto at = call.query_integer("ts");
  if (!at) throw ApiError(ErrorCode::missing_param, "'ts' is missing");
  const auto direction = call.query("dir");
  if (!direction) throw ApiError(ErrorCode::missing_param, "'dir' is missing");
  if (direction != "b" && direction != "f") {
    throw ApiError(ErrorCode::invalid_param, "'dir' must be b or f");
  }
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  const rooms::CachedEventPtr event = co_await services.reading.find_by_time(
      view, {*at}, direction == "b" ? storage::Direction::backwards : storage::Direction::forwards);
  if (!event) throw ApiError(ErrorCode::not_found, "There is no event on that side of the time");
  co_return boundary::json_response(
      base::JsonObject{{"event_id", event->event->id().text()},
                       {"origin_server_ts", event->event->origin_server_ts().milliseconds}});
}

}  // namespace

boundary::Route timestamp_to_event(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v1_paths("/rooms/{roomId}/timestamp_to_event"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
