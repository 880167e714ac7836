// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/keys/query
//
// Returns the identity and cross-signing keys of users.
#include "api/boundary/call.hpp"
#include "api/client/devices/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /keys/query"};

devices::KeyQuery::Wanted read_wanted(const base::JsonObject& body) {
  const base::JsonObject* users = boundary::optional_object(body, "device_keys");
  if (users == nullptr) throw ApiError(ErrorCode::missing_param, "'device_keys' is missing");
  devices::KeyQuery::Wanted wanted;
  for (const auto& [user_text, value] : *users) {
    const auto user = protocol::UserId::parse(user_text);
    if (!user) throw ApiError(ErrorCode::invalid_param, "Not a valid user id");
    if (!value.is_array()) throw ApiError(ErrorCode::bad_json, "Devices must be a list");
    auto& devices = wanted[*user];
    for (const base::Json& device : value.get_array()) {
      if (!device.is_string()) throw ApiError(ErrorCode::bad_json, "A device id must be a string");
      devices.push_back(protocol::DeviceId::trusted(std::string(device.get_string())));
    }
  }
  return wanted;
}

runtime::Task<http::Response> handle(devices::KeyQuery& query, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  co_return boundary::json_response(co_await query.query(call.session().user, read_wanted(body)));
}

}  // namespace

boundary::Route query_keys(devices::KeyQuery& query) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/keys/query"),
          .guard = boundary::kReader,
          .spec = kSpec,
          .endpoint = [&query](Call& call) { return handle(query, call); }};
}

}  // namespace chancery::client
