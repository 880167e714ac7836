// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/read_markers
//
// Sets the fully-read marker and receipts in one request.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/actor.hpp"
#include "protocol/api_error.hpp"

#include <utility>
#include <vector>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /rooms/{roomId}/read_markers"};

std::optional<protocol::EventId> read_event(const base::JsonObject& body, std::string_view key) {
  const auto text = boundary::optional_string(body, key);
  if (!text) return std::nullopt;
  const auto id = protocol::EventId::parse(*text);
  if (!id) throw ApiError(ErrorCode::invalid_param, fmt::format("'{}' is no event id", key));
  return *id;
}

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  const rooms::Actor actor = rooms::actor_of(call.session());
  const protocol::RoomId room = call.room_id();
  // All of it is read before any of it is done.
  const auto fully_read = read_event(body, "m.fully_read");
  std::vector<rooms::Receipts::Mark> marks;
  for (const std::string_view type : {"m.read", "m.read.private"}) {
    const auto event = read_event(body, type);
    if (!event) continue;
    marks.push_back({.room = room, .type = std::string(type), .event = *event, .thread = {}});
  }
  if (fully_read) co_await services.receipts.mark_fully_read(actor, room, *fully_read);
  for (rooms::Receipts::Mark& mark : marks) {
    co_await services.receipts.mark(actor, std::move(mark));
  }
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route set_read_markers(RoomReadServices services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/read_markers"),
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
