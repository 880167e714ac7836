// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}/{eventType}
//
// Lists the events that relate to an event.
#include "api/boundary/call.hpp"
#include "api/client/room_reads/routes.hpp"
#include "api/client/room_reads/shown_events.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "GET /rooms/{roomId}/relations/{eventId}/{relType}/{eventType}"};

runtime::Task<http::Response> handle(RoomReadServices services, Call& call) {
  rooms::Reading::RelatedWanted wanted = read_related(call);
  wanted.relation_type = call.path("relType");
  wanted.event_type = call.path("eventType");
  co_return co_await related_response(services, call, std::move(wanted));
}

}  // namespace

boundary::Route relations_by_event_type(RoomReadServices services) {
  return {.method = http::Method::get,
          .paths =
              {"/_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}/{eventType}",
               "/_matrix/client/unstable/rooms/{roomId}/relations/{eventId}/{relType}/{eventType}"},
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
