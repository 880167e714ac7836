// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/context/{eventId}
//
// Shows what came just before and after an event.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/timeline_token.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/context/{eventId}"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const protocol::RoomEventFilter filter = read_filter(call);
  const std::size_t limit = read_limit(call, filter.events.limit.value_or(10));
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  const auto context = co_await services.reading.load_context(view, call.event_id(), limit, filter);
  const rooms::ClientView viewer = viewer_of(services, call);
  std::string body = "{";
  body += R"("events_before":)";
  body += co_await bundled_events(services, context.before, viewer);
  body += R"(,"events_after":)";
  body += co_await bundled_events(services, context.after, viewer);
  body += ',';
  append_shown(body, "state", context.state, viewer);
  body += R"(,"event":)";
  body += co_await bundled_event(services, context.event, viewer);
  body += fmt::format(R"(,"start":"{}","end":"{}"}})", rooms::timeline_token(context.start),
                      rooms::timeline_token(context.end));
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

boundary::Route event_context(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/context/{eventId}"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
