// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}
//
// Returns one piece of state: its content, or the event with format=event.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /rooms/{roomId}/state/{eventType}/{stateKey}"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  const rooms::CachedEventPtr event =
      co_await services.reading.find_state(view, call.path("eventType"), call.path("stateKey"));
  if (!event) throw ApiError(ErrorCode::not_found, "The room has no such state");
  co_return show_state(services, call, *event);
}

}  // namespace

boundary::Route get_state_event(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/state/{eventType}/{stateKey*}"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
