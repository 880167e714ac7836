// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/state
//
// Returns the whole state of a room.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/state"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  const auto events = co_await services.reading.load_state(view);
  const rooms::ClientView viewer = viewer_of(services, call);
  std::string body = "[";
  for (const rooms::CachedEventPtr& event : events) {
    if (body.size() > 1) body += ',';
    rooms::append_client_event(body, *event, viewer);
  }
  body += ']';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

boundary::Route get_state(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/state"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
