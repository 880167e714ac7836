// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/notifications
//
// Returns the events that notified the user, newest first.
#include "api/boundary/call.hpp"
#include "api/client/push/routes.hpp"
#include "domain/rooms/client_event.hpp"
#include "domain/rooms/timeline_token.hpp"
#include "protocol/api_error.hpp"

#include <fmt/core.h>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /notifications"};

constexpr std::int64_t kLimit = 20;

push::Notifications::Request read_request(const Call& call) {
  push::Notifications::Request request{.user = call.session().user,
                                       .until = {UINT64_MAX},
                                       .limit = 0,
                                       .only = push::Notifications::Only::all};
  const std::int64_t limit = call.query_integer("limit").value_or(kLimit);
  if (limit < 1) throw protocol::ApiError(protocol::ErrorCode::invalid_param, "No such limit");
  request.limit = static_cast<std::size_t>(limit);
  if (const auto from = call.query("from")) {
    const auto until = rooms::parse_timeline_token(*from);
    if (!until) throw protocol::ApiError(protocol::ErrorCode::invalid_param, "No such token");
    request.until = *until;
  }
  if (call.query("only") == "highlight") request.only = push::Notifications::Only::highlights;
  return request;
}

std::string describe(const push::NotificationPage& page, const rooms::ClientView& view) {
  std::string text = R"({"notifications":[)";
  for (const push::Notification& one : page.notifications) {
    if (text.back() == '}') text += ',';
    text += R"({"actions":)";
    base::append_text(text, one.actions);
    text += R"(,"event":)";
    rooms::append_client_event(text, *one.event, view);
    text += one.read == push::Notification::Read::yes ? R"(,"read":true,)" : R"(,"read":false,)";
    text += R"("room_id":)";
    base::append_quoted(text, one.room.text());
    text += fmt::format(R"(,"ts":{}}})", one.event->event->origin_server_ts().milliseconds);
  }
  text += ']';
  if (page.next) {
    text += R"(,"next_token":)";
    base::append_quoted(text, rooms::timeline_token(*page.next));
  }
  text += '}';
  return text;
}

runtime::Task<http::Response> handle(PushServices services, Call& call) {
  const push::NotificationPage page = co_await services.notifications.load(read_request(call));
  const rooms::ClientView view{
      .user = call.session().user, .device = call.session().device, .now = services.clock.now()};
  co_return boundary::json_text_response(describe(page, view));
}

}  // namespace

boundary::Route list_notifications(const PushServices& services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/notifications"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
