// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}
//
// Lists the events that relate to an event.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /rooms/{roomId}/relations/{eventId}"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  co_return co_await related_response(services, call, read_related(call));
}

}  // namespace

boundary::Route relations(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/client/v1/rooms/{roomId}/relations/{eventId}",
                    "/_matrix/client/unstable/rooms/{roomId}/relations/{eventId}"},
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
