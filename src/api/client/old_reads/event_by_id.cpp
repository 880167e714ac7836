// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/events/{eventId}
//
// Returns one event, whatever room it is in.
#include "api/boundary/call.hpp"
#include "api/client/old_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /events/{eventId}"};

[[noreturn]] void refuse() {
  // An event that may not be seen is not there.
  throw protocol::ApiError(protocol::ErrorCode::not_found, "There is no such event");
}

runtime::Task<http::Response> handle(OldReadServices services, Call& call) {
  const RoomReadServices& reads = services.reads;
  const rooms::CachedEventPtr event = co_await reads.rooms.events().find(call.event_id());
  if (!event) refuse();
  const auto view =
      co_await reads.reading.find_view(call.session().user, reads.rooms.get_id(event->room));
  if (!view) refuse();
  auto seen = co_await reads.reading.get_event(*view, event->event->id());
  co_return boundary::json_text_response(
      co_await bundled_event(reads, std::move(seen), viewer_of(reads, call)));
}

}  // namespace

boundary::Route event_by_id(OldReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/events/{eventId}"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
