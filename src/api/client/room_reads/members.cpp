// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/rooms/{roomId}/members
//
// Lists the member events of a room, now or at a token.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/members"};

std::optional<rooms::Membership> read_membership(const Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (!text) return std::nullopt;
  const auto membership = rooms::find_membership(*text);
  if (!membership) throw ApiError(ErrorCode::invalid_param, "There is no such membership");
  return membership;
}

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const auto wanted = read_membership(call, "membership");
  const auto unwanted = read_membership(call, "not_membership");
  const auto at = read_place(call, "at");
  const auto view = co_await services.reading.get_view(call.session().user, call.room_id());
  auto events = co_await services.reading.load_members(view, at);
  std::erase_if(events, [&](const rooms::CachedEventPtr& event) {
    const rooms::Membership membership = protocol::membership_in(event->event->content());
    const bool is_wanted = wanted && membership == *wanted;
    const bool is_not_unwanted = unwanted && membership != *unwanted;
    // Of two conditions one is enough.
    return (wanted || unwanted) && !is_wanted && !is_not_unwanted;
  });
  std::string body = "{";
  append_shown(body, "chunk", events, viewer_of(services, call));
  body += '}';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

boundary::Route members(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/rooms/{roomId}/members"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
