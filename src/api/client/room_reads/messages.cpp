// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/messages
//
// Pages through a room's history.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/messages"};

storage::Direction read_direction(const Call& call) {
  const auto text = call.query("dir");
  if (!text) throw ApiError(ErrorCode::missing_param, "'dir' is missing");
  if (*text == "b") return storage::Direction::backwards;
  if (*text == "f") return storage::Direction::forwards;
  throw ApiError(ErrorCode::invalid_param, "'dir' must be b or f");
}

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  // Who may not see the room learns nothing of what else is wrong with the request.
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  rooms::Reading::PageWanted wanted{.direction = read_direction(call),
                                    .from = read_place(call, "from"),
                                    .to = read_place(call, "to"),
                                    .filter = read_filter(call)};
  wanted.limit = read_page_limit(call, wanted.filter.events.limit.value_or(10));
  const auto page = co_await services.reading.load_page(view, std::move(wanted));
  std::string body = "{";
  body += R"("chunk":)";
  body += co_await bundled_events(services, page.seen, viewer_of(services, call));
  if (!page.state.empty()) {
    body += ',';
    append_shown(body, "state", page.state, viewer_of(services, call));
  }
  body += fmt::format(R"(,"start":"{}")", rooms::timeline_token(page.start));
  if (page.end) body += fmt::format(R"(,"end":"{}")", rooms::timeline_token(*page.end));
  body += '}';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

boundary::Route messages(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/messages"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
