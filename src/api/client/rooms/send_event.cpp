// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}
//
// Sends a message event. Repeating a transaction id gives the first event's id.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /rooms/{roomId}/send/{eventType}/{txnId}"};

runtime::Task<http::Response> handle(rooms::Sending& sending, Call& call) {
  base::JsonObject content =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  const protocol::EventId id =
      co_await sending.send(rooms::actor_of(call.session()), {.room = call.room_id(),
                                                              .type = call.path("eventType"),
                                                              .content = std::move(content),
                                                              .transaction = call.path("txnId"),
                                                              .sent_at = massaged_time(call)});
  co_return describe_event(id);
}

}  // namespace

boundary::Route send_event(rooms::Sending& sending) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/rooms/{roomId}/send/{eventType}/{txnId}"),
          .guard = {.needs = {.capability = policy::Capability::use_client},
                    .limit = boundary::LimitClass::message},
          .spec = kSpec,
          .endpoint = [&sending](Call& call) { return handle(sending, call); }};
}

}  // namespace chancery::client
