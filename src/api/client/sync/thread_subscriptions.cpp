// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/unstable/io.element.msc4308/thread_subscriptions
//
// Changes of the user's thread subscriptions, newest first: those for which an answer of sliding
// sync had no room.
#include "api/boundary/call.hpp"
#include "api/client/sync/routes.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "MSC4308", "GET /thread_subscriptions"};

rooms::ThreadSubscriptions::Range read_range(Call& call, storage::StreamPosition last) {
  if (call.query("dir").value_or("") != "b") {
    throw ApiError(ErrorCode::invalid_param, "'dir' must be b");
  }
  rooms::ThreadSubscriptions::Range range{.after = {}, .until = last};
  if (const auto from = call.query("from")) {
    const auto until = rooms::parse_thread_changes_token(*from);
    if (!until) throw ApiError(ErrorCode::invalid_param, "'from' is no token of this server");
    range.until = *until;
  }
  if (const auto to = call.query("to")) {
    const auto after = rooms::parse_timeline_token(*to);
    if (!after) throw ApiError(ErrorCode::invalid_param, "'to' is no token of this server");
    range.after = {std::min<std::uint64_t>(after->value, INT64_MAX)};
  }
  const std::int64_t limit =
      call.query_integer("limit").value_or(rooms::ThreadSubscriptions::kMostOnPage);
  if (limit < 1) throw ApiError(ErrorCode::invalid_param, "'limit' must be greater than zero");
  range.limit = static_cast<std::size_t>(
      std::min<std::int64_t>(limit, rooms::ThreadSubscriptions::kMostOnPage));
  return range;
}

runtime::Task<http::Response> handle(SyncServices services, Call& call) {
  const auto range = read_range(call, services.feed.last_position());
  const auto page = co_await services.threads.load_changed(call.session().user, range);
  std::string body = "{";
  services.threads.append_changes(body, page);
  if (page.before) {
    if (body != "{") body += ',';
    body += R"("end":)";
    base::append_quoted(body, rooms::thread_changes_token(*page.before));
  }
  body += '}';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

boundary::Route thread_subscriptions_route(SyncServices services) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/unstable/io.element.msc4308/thread_subscriptions"},
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
