// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_matrix/client/v3/devices
// GET    /_matrix/client/v3/devices/{deviceId}
// PUT    /_matrix/client/v3/devices/{deviceId}
// DELETE /_matrix/client/v3/devices/{deviceId}
// POST   /_matrix/client/v3/delete_devices
//
// Shows the user's devices, names them and deletes them. Application services make them too.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::size_t kMostAtOnce = 1'000;

base::JsonObject describe(const storage::StoredDevice& device) {
  base::JsonObject shown{{"device_id", device.device.text()}};
  if (!device.display_name.empty()) shown["display_name"] = device.display_name;
  if (device.last_seen_at.milliseconds != 0) {
    shown["last_seen_ts"] = device.last_seen_at.milliseconds;
    shown["last_seen_ip"] = device.last_seen_address;
  }
  return shown;
}

runtime::Task<http::Response> list(accounts::Devices& devices, Call& call) {
  base::JsonArray shown;
  for (const storage::StoredDevice& device : co_await devices.load(call.session().user)) {
    shown.push_back(describe(device));
  }
  co_return boundary::json_response(base::JsonObject{{"devices", std::move(shown)}});
}

runtime::Task<http::Response> show(accounts::Devices& devices, Call& call) {
  const storage::StoredDevice device = co_await devices.get(call.session().user, call.device_id());
  co_return boundary::json_response(describe(device));
}

runtime::Task<http::Response> rename(accounts::Devices& devices, Call& call) {
  const base::JsonObject body = co_await call.json_body(
      call.session().service.empty() ? Call::EmptyBody::refused : Call::EmptyBody::allowed);
  const std::optional<std::string> name = boundary::optional_string(body, "display_name");
  if (!call.session().service.empty()) {
    const auto done = co_await devices.put(call.session(), call.device_id(), name);
    const bool is_new = done == accounts::Devices::Put::made;
    co_return boundary::json_response(base::JsonObject{}, is_new ? 201 : 200);
  }
  if (name)
    co_await devices.rename(call.session(), call.device_id(), *name);
  else  // what is not said stays; the device must be there all the same
    co_await devices.get(call.session().user, call.device_id());
  co_return boundary::empty_response();
}

runtime::Task<http::Response> remove(accounts::Devices& devices, InteractiveAuth& interactive,
                                     Call& call) {
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  std::vector<protocol::DeviceId> removed{call.device_id()};
  if (auto challenge = co_await interactive.ask_owner(call, body)) {
    co_return *std::move(challenge);
  }
  co_await devices.remove(call.session(), std::move(removed));
  co_return boundary::empty_response();
}

std::vector<protocol::DeviceId> read_devices(const base::JsonObject& body) {
  const base::JsonArray* named = boundary::optional_array(body, "devices");
  if (named == nullptr) throw ApiError(ErrorCode::missing_param, "'devices' is missing");
  if (named->size() > kMostAtOnce) throw ApiError(ErrorCode::invalid_param, "Too many devices");
  std::vector<protocol::DeviceId> devices;
  for (const base::Json& one : *named) {
    if (!one.is_string()) throw ApiError(ErrorCode::bad_json, "A device id must be a string");
    auto device = protocol::DeviceId::parse(std::string_view(one.get_string()));
    if (!device) throw ApiError(ErrorCode::invalid_param, "Not a valid device id");
    devices.push_back(*std::move(device));
  }
  return devices;
}

runtime::Task<http::Response> remove_many(accounts::Devices& devices, InteractiveAuth& interactive,
                                          Call& call) {
  const base::JsonObject body = co_await call.json_body();
  std::vector<protocol::DeviceId> removed = read_devices(body);
  if (auto challenge = co_await interactive.ask_owner(call, body)) {
    co_return *std::move(challenge);
  }
  co_await devices.remove(call.session(), std::move(removed));
  co_return boundary::empty_response();
}

}  // namespace

Routes device_list_routes(accounts::Devices& devices, InteractiveAuth& interactive) {
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/devices"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "v1.19", "GET /devices"},
                    .endpoint = [&devices](Call& call) { return list(devices, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/devices/{deviceId}"),
                    .guard = boundary::kReader,
                    .spec = {"client-server", "v1.19", "GET /devices/{deviceId}"},
                    .endpoint = [&devices](Call& call) { return show(devices, call); }});
  routes.push_back({.method = http::Method::put,
                    .paths = boundary::v3_paths("/devices/{deviceId}"),
                    .guard = boundary::kDeviceKeeper,
                    .spec = {"client-server", "v1.19", "PUT /devices/{deviceId}"},
                    .endpoint = [&devices](Call& call) { return rename(devices, call); }});
  routes.push_back({.method = http::Method::del,
                    .paths = boundary::v3_paths("/devices/{deviceId}"),
                    .guard = boundary::kAccountHolder,
                    .spec = {"client-server", "v1.19", "DELETE /devices/{deviceId}"},
                    .endpoint = [&devices, &interactive](Call& call) {
                      return remove(devices, interactive, call);
                    }});
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/delete_devices"),
                    .guard = boundary::kAccountHolder,
                    .spec = {"client-server", "v1.19", "POST /delete_devices"},
                    .endpoint = [&devices, &interactive](Call& call) {
                      return remove_many(devices, interactive, call);
                    }});
  return routes;
}

}  // namespace chancery::client
