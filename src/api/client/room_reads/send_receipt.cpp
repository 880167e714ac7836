// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}
//
// Says how far a room, or a thread of it, was read.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"
#include "domain/rooms/actor.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "POST /rooms/{roomId}/receipt/{receiptType}/{eventId}"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  const std::string& type = call.path("receiptType");
  const rooms::Actor actor = rooms::actor_of(call.session());
  const auto thread = boundary::optional_string(body, "thread_id");
  if (thread && thread->empty()) {
    throw ApiError(ErrorCode::invalid_param, "'thread_id' may not be empty");
  }
  if (type == "m.fully_read") {
    if (thread) throw ApiError(ErrorCode::invalid_param, "m.fully_read has no thread");
    co_await services.receipts.mark_fully_read(actor, call.room_id(), call.event_id());
  } else if (type == "m.read" || type == "m.read.private") {
    co_await services.receipts.mark(actor, {.room = call.room_id(),
                                            .type = type,
                                            .event = call.event_id(),
                                            .thread = thread.value_or("")});
  } else {
    throw ApiError(ErrorCode::invalid_param, "There is no such type of receipt");
  }
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route send_receipt(RoomReadServices services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/rooms/{roomId}/receipt/{receiptType}/{eventId}"),
          .guard = boundary::kDataKeeper,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
