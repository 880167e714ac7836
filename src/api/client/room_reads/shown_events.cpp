// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/room_reads/shown_events.hpp"

#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

std::optional<storage::StreamPosition> read_place(const Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (!text || text->empty()) return std::nullopt;
  const auto place = rooms::parse_timeline_token(*text);
  if (!place) throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' is no token", name));
  return place;
}

std::size_t read_limit(const Call& call, std::size_t usual) {
  constexpr std::int64_t kMost = 500;
  const auto limit = call.query_integer("limit");
  if (!limit) return std::min<std::size_t>(usual, kMost);
  if (*limit < 0) throw ApiError(ErrorCode::invalid_param, "'limit' may not be negative");
  return static_cast<std::size_t>(std::min(*limit, kMost));
}

// A page of nothing leads nowhere: whoever goes on from its end would ask for ever.
std::size_t read_page_limit(const Call& call, std::size_t usual) {
  return std::max<std::size_t>(read_limit(call, usual), 1);
}

protocol::RoomEventFilter read_filter(const Call& call) {
  const auto text = call.query("filter");
  if (!text || text->empty()) return {};
  const auto json = base::parse_json(*text);
  if (!json) throw ApiError(ErrorCode::invalid_param, "The filter is not JSON");
  auto filter = protocol::RoomEventFilter::parse(*json);
  if (!filter) {
    throw ApiError(
        ErrorCode::invalid_param,
        fmt::format("The filter's '{}' {}", filter.error().member, filter.error().reason));
  }
  return *std::move(filter);
}

rooms::ClientView viewer_of(const RoomReadServices& services, const Call& call) {
  return {
      .user = call.session().user, .device = call.session().device, .now = services.clock.now()};
}

void append_shown(std::string& out, std::string_view name,
                  const std::vector<rooms::CachedEventPtr>& events,
                  const rooms::ClientView& viewer) {
  base::append_quoted(out, name);
  out += ":[";
  bool is_first = true;
  for (const rooms::CachedEventPtr& event : events) {
    if (!is_first) out += ',';
    is_first = false;
    rooms::append_client_event(out, *event, viewer);
  }
  out += ']';
}

runtime::Task<std::string> bundled_events(RoomReadServices services, rooms::SeenEvents seen,
                                          rooms::ClientView viewer) {
  const auto relations = co_await services.aggregations.describe(seen.events, viewer);
  std::string out = "[";
  for (std::size_t i = 0; i < seen.events.size(); ++i) {
    if (i > 0) out += ',';
    rooms::append_client_event(out, *seen.events[i], viewer,
                               {.relations = relations[i], .membership = seen.memberships[i]});
  }
  out += ']';
  co_return out;
}

runtime::Task<std::string> bundled_event(RoomReadServices services, rooms::SeenEvents one,
                                         rooms::ClientView viewer) {
  std::string list = co_await bundled_events(services, std::move(one), std::move(viewer));
  co_return list.substr(1, list.size() - 2);
}

http::Response show_state(const RoomReadServices& services, const Call& call,
                          const rooms::CachedEvent& event) {
  const auto format = call.query("format").value_or("content");
  if (format == "event") {
    return boundary::json_text_response(rooms::client_event(event, viewer_of(services, call)));
  }
  if (format != "content") {
    throw ApiError(ErrorCode::invalid_param, "'format' must be content or event");
  }
  return boundary::json_response(event.event->content());
}

rooms::Reading::RelatedWanted read_related(const Call& call) {
  const auto direction = call.query("dir").value_or("b");
  if (direction != "b" && direction != "f") {
    throw ApiError(ErrorCode::invalid_param, "'dir' must be b or f");
  }
  const bool recurses = call.query_bool("recurse").value_or(false);
  return {
      .event = call.event_id(),
      .depth = recurses ? rooms::Reading::kDeepest : 1,
      .direction = direction == "b" ? storage::Direction::backwards : storage::Direction::forwards,
      .from = read_place(call, "from"),
      .to = read_place(call, "to"),
      .limit = read_page_limit(call, 50)};
}

runtime::Task<http::Response> related_response(RoomReadServices services, Call& call,
                                               rooms::Reading::RelatedWanted wanted) {
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  const std::size_t depth = wanted.depth;
  const auto page = co_await services.reading.load_related(view, std::move(wanted));
  std::string body = "{";
  body += R"("chunk":)";
  body += co_await bundled_events(services, page.seen, viewer_of(services, call));
  if (const auto from = call.query("from")) {
    body += R"(,"prev_batch":)";
    base::append_quoted(body, *from);
  }
  if (page.end) body += fmt::format(R"(,"next_batch":"{}")", rooms::timeline_token(*page.end));
  if (depth > 1) body += fmt::format(R"(,"recursion_depth":{})", depth);
  body += '}';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace chancery::client
