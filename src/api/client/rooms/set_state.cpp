// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}
//
// Sets a piece of the room's state. Without a state key in the path it is "".
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

runtime::Task<http::Response> handle(rooms::Sending& sending, Call& call) {
  base::JsonObject content =
      co_await call.json_body(Call::EmptyBody::refused, base::JsonRules::canonical);
  const protocol::EventId id = co_await sending.set_state(
      rooms::actor_of(call.session()), {.room = call.room_id(),
                                        .type = call.path("eventType"),
                                        .key = call.find_path("stateKey").value_or(""),
                                        .content = std::move(content),
                                        .sent_at = massaged_time(call)});
  co_return describe_event(id);
}

}  // namespace

boundary::Route set_state(rooms::Sending& sending) {
  return {.method = http::Method::put,
          .paths = paths(),
          .guard = {.needs = {.capability = policy::Capability::use_client},
                    .limit = boundary::LimitClass::message},
          .spec = kSpec,
          .endpoint = [&sending](Call& call) { return handle(sending, call); }};
}

}  // namespace chancery::client
