// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/voip/turnServer
// GET /_matrix/client/unstable/org.matrix.msc4143/rtc/transports
//
// What clients need for calls besides a room: a relay, and where media of larger calls go.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;

namespace {

runtime::Task<http::Response> show_turn_server(const accounts::TurnCredentials& turn, Call& call) {
  co_return boundary::json_response(turn.issue(call.session()));
}

runtime::Task<http::Response> show_transports(const PublicFace& face) {
  co_return boundary::json_response(base::JsonObject{{"rtc_transports", face.rtc_transports}});
}

}  // namespace

Routes call_routes(const accounts::TurnCredentials& turn, const PublicFace& face) {
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/voip/turnServer"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "v1.19", "GET /voip/turnServer"},
                    .endpoint = [&turn](Call& call) { return show_turn_server(turn, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = {"/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"},
                    .guard = boundary::kReader,
                    .spec = {"client-server", "MSC4143", "GET /rtc/transports"},
                    .endpoint = [&face](Call&) { return show_transports(face); }});
  return routes;
}

}  // namespace chancery::client
