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
  const rooms::CachedEventPtr event = co_await services.reading.get_event(*view, call.event_id());
  const rooms::ClientView viewer = viewer_of(services, call);
  const std::vector<rooms::CachedEventPtr> one{event};
  const auto relations = co_await services.aggregations.describe(one, viewer);
  co_return boundary::json_text_response(
      rooms::client_event(*event, viewer, {.relations = relations.front()}));
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
