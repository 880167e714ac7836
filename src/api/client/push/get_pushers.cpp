// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v3/pushers
//
// Returns where the user's devices want to be told of notifications.
#include "api/boundary/call.hpp"
#include "api/client/push/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /pushers"};

runtime::Task<http::Response> handle(push::Pushers& pushers, Call& call) {
  const std::vector<push::Pusher> all = co_await pushers.load(call.session().user);
  base::JsonArray list;
  for (const push::Pusher& pusher : all) {
    base::JsonObject json = push::pusher_json(pusher);
    json["org.matrix.msc3881.device_id"] = pusher.device.text();
    list.emplace_back(std::move(json));
  }
  co_return boundary::json_response(base::JsonObject{{"pushers", std::move(list)}});
}

}  // namespace

boundary::Route get_pushers(push::Pushers& pushers) {
  return {.method = http::Method::get,
          .paths = boundary::v3_paths("/pushers"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&pushers](Call& call) { return handle(pushers, call); }};
}

}  // namespace chancery::client
