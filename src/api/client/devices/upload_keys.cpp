// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/keys/upload
//
// Publishes a device's identity keys, one-time keys and fallback keys.
#include "api/boundary/call.hpp"
#include "api/client/devices/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /keys/upload"};

runtime::Task<http::Response> handle(devices::DeviceKeys& keys, Call& call) {
  base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  if (call.session().device.text().empty()) {
    throw protocol::ApiError(protocol::ErrorCode::missing_param,
                             "Keys belong to a device, which 'device_id' must name");
  }
  const storage::KeyCounts counts =
      co_await keys.upload({call.session().user, call.session().device}, std::move(body));
  base::JsonObject by_algorithm;
  // Clients count on this member even when there are none left.
  by_algorithm["signed_curve25519"] = 0;
  for (const auto& [algorithm, count] : counts.one_time_keys) by_algorithm[algorithm] = count;
  co_return boundary::json_response(
      base::JsonObject{{"one_time_key_counts", std::move(by_algorithm)}});
}

}  // namespace

boundary::Route upload_keys(devices::DeviceKeys& keys) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/keys/upload"),
          .guard = boundary::Guard{.needs = {.capability = policy::Capability::keep_own_device},
                                   .limit = boundary::LimitClass::write,
                                   .body_limit = 4 * 1024 * 1024},
          .spec = kSpec,
          .endpoint = [&keys](Call& call) { return handle(keys, call); }};
}

}  // namespace chancery::client
