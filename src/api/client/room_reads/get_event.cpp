// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/event/{eventId}
//
// Returns one event.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/event/{eventId}"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const auto view = co_await services.reading.find_view(call.session().user, call.room_id());
  // An event that may not be seen is not there, whatever hides it.
  if (!view) {
    throw protocol::ApiError(protocol::ErrorCode::not_found, "There is no such event");
  }
  auto event = co_await services.reading.get_event(*view, call.event_id());
  co_return boundary::json_text_response(
      co_await bundled_event(services, std::move(event), viewer_of(services, call)));
}

}  // namespace

boundary::Route get_event(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/event/{eventId}"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
