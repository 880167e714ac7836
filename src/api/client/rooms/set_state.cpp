// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}
//
// Sets a piece of the room's state, now or later. Without a state key in the path it is "".
#include "api/boundary/call.hpp"
#include "api/client/rooms/requests.hpp"
#include "api/client/rooms/routes.hpp"

#include <string>
#include <utility>
#include <vector>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "PUT /rooms/{roomId}/state/{eventType}/{stateKey}"};

// With and without a state key.
std::vector<std::string> paths() {
  std::vector<std::string> paths =
      boundary::v3_paths("/rooms/{roomId}/state/{eventType}/{stateKey*}");
  for (std::string& path : boundary::v3_paths("/rooms/{roomId}/state/{eventType}")) {
    paths.push_back(std::move(path));
  }
  return paths;
}

runtime::Task<http::Response> handle(rooms::Sending& sending, rooms::DelayedEvents& delayed,
                                     Call& call) {
  const auto delay = read_delay(call);
  const auto sticky_for = read_stickiness(call);
  base::JsonObject content =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  std::string key = call.find_path("stateKey").value_or("");
  const rooms::Actor actor = rooms::actor_of(call.session(), call.request().gone);
  if (delay) {
    co_return describe_delayed(
        co_await delayed.schedule(actor, {.room = call.room_id(),
                                          .type = call.path("eventType"),
                                          .state_key = std::move(key),
                                          .content = std::move(content),
                                          .transaction = {},
                                          .delay = *delay,
                                          .sticky_for = sticky_for,
                                          .form = rooms::DelayedEvents::Request::Form::query}));
  }
  co_return describe_event(co_await sending.set_state(actor, {.room = call.room_id(),
                                                              .type = call.path("eventType"),
                                                              .key = std::move(key),
                                                              .content = std::move(content),
                                                              .sticky_for = sticky_for,
                                                              .sent_at = massaged_time(call)}));
}

}  // namespace

boundary::Route set_state(rooms::Sending& sending, rooms::DelayedEvents& delayed) {
  return {.method = http::Method::put,
          .paths = paths(),
          .guard = {.needs = {.capability = policy::Capability::take_part},
                    .limit = boundary::LimitClass::message},
          .spec = kSpec,
          .endpoint = [&sending, &delayed](Call& call) { return handle(sending, delayed, call); }};
}

}  // namespace chancery::client
