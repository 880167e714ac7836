// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET    /_synapse/admin/v2/users/{userId}/devices
// POST   /_synapse/admin/v2/users/{userId}/devices
// GET    /_synapse/admin/v2/users/{userId}/devices/{deviceId}
// PUT    /_synapse/admin/v2/users/{userId}/devices/{deviceId}
// DELETE /_synapse/admin/v2/users/{userId}/devices/{deviceId}
// POST   /_synapse/admin/v2/users/{userId}/delete_devices
//
// Where a person is signed in, and ending that.
#include "api/admin/routes.hpp"
#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::admin_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::size_t kMostAtOnce = 1'000;

base::JsonObject describe(const storage::StoredDevice& device) {
  const bool was_seen = device.last_seen_at.milliseconds != 0;
  return {{"user_id", device.user.text()},
          {"device_id", device.device.text()},
          {"display_name", text_or_null(device.display_name)},
          {"last_seen_ip", text_or_null(device.last_seen_address)},
          {"last_seen_user_agent", text_or_null(device.last_seen_agent)},
          {"last_seen_ts", was_seen ? base::Json(device.last_seen_at.milliseconds) : nullptr},
          {"dehydrated", false}};
}

// What is done is done to the person, and the record names the owner who did it.
runtime::Task<accounts::OnBehalf> act_for(const AdminServices& services, Call& call) {
  const storage::StoredAccount account =
      co_await services.moderation.act_against(call.session(), call.user_id());
  co_return accounts::OnBehalf(call.session(), account.user);
}

runtime::Task<http::Response> list(const AdminServices& services, Call& call) {
  co_await services.moderation.look_at(call.session(), call.user_id());
  base::JsonArray shown;
  for (const storage::StoredDevice& device : co_await services.devices.load(call.user_id())) {
    shown.push_back(describe(device));
  }
  const auto total = static_cast<std::int64_t>(shown.size());
  co_return boundary::json_response(
      base::JsonObject{{"devices", std::move(shown)}, {"total", total}});
}

runtime::Task<http::Response> show(const AdminServices& services, Call& call) {
  co_await services.moderation.look_at(call.session(), call.user_id());
  const storage::StoredDevice device =
      co_await services.devices.get(call.user_id(), call.device_id());
  co_return boundary::json_response(describe(device));
}

// A device that nobody is signed in on, for whoever sets an account up before its owner comes.
runtime::Task<http::Response> make(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  auto device = protocol::DeviceId::parse(boundary::get_string(body, "device_id"));
  if (!device) throw ApiError(ErrorCode::invalid_param, "'device_id' is no device id");
  const accounts::OnBehalf theirs = co_await act_for(services, call);
  // One that is there stays as it is.
  const auto devices = co_await services.devices.load(theirs.user());
  if (std::ranges::find(devices, *device, &storage::StoredDevice::device) == devices.end()) {
    co_await services.devices.put(theirs, *std::move(device), "");
  }
  co_return boundary::json_response(base::JsonObject{}, 201);
}

runtime::Task<http::Response> rename(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const auto name = text_unless_null(body, "display_name");
  const accounts::OnBehalf theirs = co_await act_for(services, call);
  co_await services.devices.get(theirs.user(), call.device_id());
  if (name) co_await services.devices.rename(theirs, call.device_id(), *name);
  co_return boundary::empty_response();
}

runtime::Task<http::Response> remove(const AdminServices& services, Call& call) {
  const accounts::OnBehalf theirs = co_await act_for(services, call);
  co_await services.devices.remove(theirs, {call.device_id()});
  co_return boundary::empty_response();
}

runtime::Task<http::Response> remove_several(const AdminServices& services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const base::JsonArray* names = boundary::optional_array(body, "devices");
  if (names == nullptr) throw ApiError(ErrorCode::missing_param, "'devices' is missing");
  if (names->size() > kMostAtOnce) {
    throw ApiError(ErrorCode::invalid_param, "These are too many devices at once");
  }
  std::vector<protocol::DeviceId> devices;
  for (const base::Json& name : *names) {
    auto device = name.is_string() ? protocol::DeviceId::parse(std::string_view(name.get_string()))
                                   : protocol::DeviceId::parse("");
    if (!device) throw ApiError(ErrorCode::bad_json, "'devices' must be a list of device ids");
    devices.push_back(*std::move(device));
  }
  const accounts::OnBehalf theirs = co_await act_for(services, call);
  co_await services.devices.remove(theirs, std::move(devices));
  co_return boundary::empty_response();
}

}  // namespace

Routes user_device_routes(const AdminServices& services) {
  Routes routes;
  routes.push_back(
      admin_route({"synapse-admin", "v2", "GET /_synapse/admin/v2/users/{userId}/devices"},
                  [services](Call& call) { return list(services, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v2", "POST /_synapse/admin/v2/users/{userId}/devices"},
                  [services](Call& call) { return make(services, call); }));
  routes.push_back(admin_route(
      {"synapse-admin", "v2", "GET /_synapse/admin/v2/users/{userId}/devices/{deviceId}"},
      [services](Call& call) { return show(services, call); }));
  routes.push_back(admin_route(
      {"synapse-admin", "v2", "PUT /_synapse/admin/v2/users/{userId}/devices/{deviceId}"},
      [services](Call& call) { return rename(services, call); }));
  routes.push_back(admin_route(
      {"synapse-admin", "v2", "DELETE /_synapse/admin/v2/users/{userId}/devices/{deviceId}"},
      [services](Call& call) { return remove(services, call); }));
  routes.push_back(
      admin_route({"synapse-admin", "v2", "POST /_synapse/admin/v2/users/{userId}/delete_devices"},
                  [services](Call& call) { return remove_several(services, call); }));
  return routes;
}

}  // namespace chancery::admin_api
