// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/rooms/{roomId}/threads
//
// Lists the roots of a room's threads, the one with the newest reply first.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

#include <cstdint>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/threads"};

enum class Threads : std::uint8_t { all, own };

Threads read_include(const Call& call) {
  const auto include = call.query("include").value_or("all");
  if (include != "all" && include != "participated") {
    throw ApiError(ErrorCode::invalid_param, "'include' must be all or participated");
  }
  return include == "participated" ? Threads::own : Threads::all;
}

// Those of which the user may see a reply; of their own, those that they began or spoke in.
runtime::Task<rooms::SeenEvents> keep_wanted(RoomReadServices services, protocol::UserId user,
                                             rooms::SeenEvents roots, Threads which) {
  rooms::SeenEvents wanted;
  for (std::size_t i = 0; i < roots.events.size(); ++i) {
    const rooms::CachedEventPtr& root = roots.events[i];
    const auto thread = co_await services.aggregations.thread_of(root, user);
    if (thread.count == 0 || (which == Threads::own && !thread.takes_part)) continue;
    wanted.push_back(root, roots.memberships[i]);
  }
  co_return wanted;
}

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const Threads which = read_include(call);
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  auto page = co_await services.reading.load_threads(
      view, {.from = read_place(call, "from"), .limit = read_page_limit(call, 20)});
  page.seen = co_await keep_wanted(services, call.session().user, std::move(page.seen), which);
  std::string body = R"({"chunk":)";
  body += co_await bundled_events(services, page.seen, viewer_of(services, call));
  if (page.end) body += fmt::format(R"(,"next_batch":"{}")", rooms::timeline_token(*page.end));
  body += '}';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

boundary::Route threads(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v1_paths("/rooms/{roomId}/threads"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
