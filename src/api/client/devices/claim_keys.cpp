// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/keys/claim
//
// Takes one one-time key of each device named.
#include "api/boundary/call.hpp"
#include "api/client/devices/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /keys/claim"};

struct Asked {
  std::vector<devices::DeviceKeys::Claim> claims;
  base::JsonObject failures;  // by server
};

Asked read_claims(const base::JsonObject& body, std::string_view server) {
  const base::JsonObject* users = boundary::optional_object(body, "one_time_keys");
  if (users == nullptr) throw ApiError(ErrorCode::missing_param, "'one_time_keys' is missing");
  Asked asked;
  for (const auto& [user_text, by_device] : *users) {
    const auto user = protocol::UserId::parse(user_text);
    if (!user || !by_device.is_object()) {
      throw ApiError(ErrorCode::bad_json, "Claims must be objects by user id");
    }
    if (user->server_name() != server) {
      asked.failures[user->server_name()] =
          base::JsonObject{{"errcode", "M_UNKNOWN"}, {"error", "This server does not federate"}};
      continue;
    }
    for (const auto& [device, algorithm] : by_device.get_object()) {
      if (!algorithm.is_string()) throw ApiError(ErrorCode::bad_json, "An algorithm is a string");
      asked.claims.push_back({.device = {*user, protocol::DeviceId::trusted(std::string(device))},
                              .algorithm = std::string(algorithm.get_string())});
    }
  }
  return asked;
}

runtime::Task<http::Response> handle(devices::DeviceKeys& keys, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const protocol::UserId& user = call.session().user;
  Asked asked = read_claims(body, user.server_name());
  const auto claimed = co_await keys.claim(user, std::move(asked.claims));
  base::JsonObject users;
  for (const auto& one : claimed) {
    base::Json& of_user = users[one.device.user.text()];
    if (!of_user.is_object()) of_user.emplace_object();
    base::Json& of_device = of_user.get_object()[one.device.device.text()];
    if (!of_device.is_object()) of_device.emplace_object();
    of_device.get_object()[one.key_id] = base::parse_json(one.json).value();
  }
  co_return boundary::json_response(base::JsonObject{{"failures", std::move(asked.failures)},
                                                     {"one_time_keys", std::move(users)}});
}

}  // namespace

boundary::Route claim_keys(devices::DeviceKeys& keys) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/keys/claim"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&keys](Call& call) { return handle(keys, call); }};
}

}  // namespace chancery::client
