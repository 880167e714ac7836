// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}
//
// Takes the content out of an event.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /rooms/{roomId}/redact/{eventId}/{txnId}"};

runtime::Task<http::Response> handle(rooms::Sending& sending, Call& call) {
  base::JsonObject content =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  (void)boundary::optional_string(content, "reason");
  content.erase("redacts");
  const protocol::EventId id = co_await sending.redact(
      rooms::actor_of(call.session(), call.request().gone), {.room = call.room_id(),
                                                             .event = call.event_id(),
                                                             .content = std::move(content),
                                                             .transaction = call.transaction_id()});
  co_return describe_event(id);
}

}  // namespace

boundary::Route redact_event(rooms::Sending& sending) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/rooms/{roomId}/redact/{eventId}/{txnId}"),
          .guard = boundary::kWithdrawer,
          .spec = kSpec,
          .endpoint = [&sending](Call& call) { return handle(sending, call); }};
}

}  // namespace chancery::client
