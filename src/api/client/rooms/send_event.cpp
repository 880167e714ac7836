// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}
//
// Sends a message event, or keeps it to be sent later. Repeating a transaction id gives what the
// first request was given.
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /rooms/{roomId}/send/{eventType}/{txnId}"};

runtime::Task<http::Response> delay_event(rooms::DelayedEvents& delayed, Call& call,
                                          base::Milliseconds delay) {
  // COMPAT: a request that repeats another may come without its body.
  base::JsonObject content =
      co_await call.json_body(Call::EmptyBody::allowed, base::JsonRules::canonical);
  co_return describe_delayed(
      co_await delayed.schedule(rooms::actor_of(call.session(), call.request().gone),
                                {.room = call.room_id(),
                                 .type = call.path("eventType"),
                                 .state_key = {},
                                 .content = std::move(content),
                                 .transaction = call.transaction_id(),
                                 .delay = delay,
                                 .sticky_for = read_stickiness(call),
                                 .form = rooms::DelayedEvents::Request::Form::query}));
}

runtime::Task<http::Response> handle(rooms::Sending& sending, rooms::DelayedEvents& delayed,
                                     Call& call) {
  if (const auto delay = read_delay(call)) co_return co_await delay_event(delayed, call, *delay);
  base::JsonObject content =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  const protocol::EventId id = co_await sending.send(
      rooms::actor_of(call.session(), call.request().gone), {.room = call.room_id(),
                                                             .type = call.path("eventType"),
                                                             .content = std::move(content),
                                                             .transaction = call.transaction_id(),
                                                             .sent_at = massaged_time(call),
                                                             .sticky_for = read_stickiness(call)});
  co_return describe_event(id);
}

}  // namespace

boundary::Route send_event(rooms::Sending& sending, rooms::DelayedEvents& delayed) {
  return {.method = http::Method::put,
          .paths = boundary::v3_paths("/rooms/{roomId}/send/{eventType}/{txnId}"),
          // A redaction of one's own may be sent here, too; of the rest rooms::Composition asks.
          .guard = {.needs = {.capability = policy::Capability::withdraw},
                    .limit = boundary::LimitClass::message},
          .spec = kSpec,
          .endpoint = [&sending, &delayed](Call& call) { return handle(sending, delayed, call); }};
}

}  // namespace chancery::client
