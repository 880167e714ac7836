// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// PUT    …/org.matrix.msc3814.v1/dehydrated_device
// GET    …/org.matrix.msc3814.v1/dehydrated_device
// DELETE …/org.matrix.msc3814.v1/dehydrated_device
// GET    …/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events
// POST   …/org.matrix.msc3814.v1/dehydrated_device/{deviceId}/events
//
// Keeps a device that waits for messages while nobody is signed in on it, and gives them out.
#include "api/boundary/call.hpp"
#include "api/client/devices/routes.hpp"
#include "base/parse_number.hpp"
#include "protocol/api_error.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;
using devices::DehydratedDevices;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr std::string_view kPath =
    "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";

http::Response describe_device(const protocol::DeviceId& device) {
  return boundary::json_response(base::JsonObject{{"device_id", device.text()}});
}

runtime::Task<http::Response> put(DehydratedDevices& dehydrated, Call& call) {
  base::JsonObject body = co_await call.json_body();
  auto device = protocol::DeviceId::parse(boundary::get_string(body, "device_id"));
  if (!device) throw ApiError(ErrorCode::invalid_param, "'device_id' is no device id");
  const base::JsonObject* data = boundary::optional_object(body, "device_data");
  if (data == nullptr) throw ApiError(ErrorCode::missing_param, "'device_data' is needed");
  DehydratedDevices::Upload upload{
      .device = *device,
      .data = *data,
      .display_name = boundary::optional_string(body, "initial_device_display_name").value_or(""),
      .keys = std::move(body)};
  co_await dehydrated.put(call.session(), std::move(upload));
  co_return describe_device(*device);
}

runtime::Task<http::Response> show(DehydratedDevices& dehydrated, Call& call) {
  const DehydratedDevices::Dehydrated device = co_await dehydrated.get(call.session().user);
  std::string body = R"({"device_id":)";
  base::append_quoted(body, device.device.text());
  body += R"(,"device_data":)" + device.data + '}';
  co_return boundary::json_text_response(std::move(body));
}

runtime::Task<http::Response> remove(DehydratedDevices& dehydrated, Call& call) {
  co_return describe_device(co_await dehydrated.remove(call.session()));
}

storage::StreamPosition read_place(const std::optional<std::string>& token) {
  if (!token) return {};
  const auto place = base::parse_number<std::uint64_t>(*token);
  if (!place) throw ApiError(ErrorCode::invalid_param, "This is no token of this server");
  return {*place};
}

// Which of the two forms of the proposal asks: the older one has a token at the end as well, by
// which its clients find out that there is nothing more.
enum class Form : std::uint8_t { query, body };

runtime::Task<http::Response> show_events(DehydratedDevices& dehydrated, Call& call, Form form) {
  std::optional<std::string> token;
  if (form == Form::query) {
    if (const auto from = call.query("from")) token = *from;
  } else {
    token =
        boundary::optional_string(co_await call.json_body(Call::EmptyBody::allowed), "next_batch");
  }
  const auto messages = co_await dehydrated.load_messages(
      {call.session().user, call.device_id("deviceId")}, read_place(token));
  std::string body = R"({"events":[)";
  bool is_first = true;
  for (const std::string& event : messages.events) {
    if (!is_first) body += ',';
    is_first = false;
    body += event;
  }
  body += ']';
  if (form == Form::body || messages.more == DehydratedDevices::Messages::More::yes) {
    body += fmt::format(R"(,"next_batch":"{}")", messages.until.value);
  }
  body += '}';
  co_return boundary::json_text_response(std::move(body));
}

}  // namespace

std::vector<boundary::Route> dehydrated_device_routes(DehydratedDevices& dehydrated) {
  const std::vector<std::string> device{std::string(kPath)};
  const std::vector<std::string> events{std::string(kPath) + "/{deviceId}/events"};
  boundary::Guard upload = boundary::kDataKeeper;
  upload.body_limit = 4 * 1024 * 1024;
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::put,
                    .paths = device,
                    .guard = upload,
                    .spec = {"client-server", "MSC3814", "PUT /dehydrated_device"},
                    .endpoint = [&dehydrated](Call& call) { return put(dehydrated, call); }});
  routes.push_back({.method = http::Method::get,
                    .paths = device,
                    .guard = boundary::kReader,
                    .spec = {"client-server", "MSC3814", "GET /dehydrated_device"},
                    .endpoint = [&dehydrated](Call& call) { return show(dehydrated, call); }});
  routes.push_back({.method = http::Method::del,
                    .paths = device,
                    .guard = boundary::kDataKeeper,
                    .spec = {"client-server", "MSC3814", "DELETE /dehydrated_device"},
                    .endpoint = [&dehydrated](Call& call) { return remove(dehydrated, call); }});
  routes.push_back(
      {.method = http::Method::get,
       .paths = events,
       .guard = boundary::kReader,
       .spec = {"client-server", "MSC3814", "GET /dehydrated_device/{deviceId}/events"},
       .endpoint = [&dehydrated](Call& call) {
         return show_events(dehydrated, call, Form::query);
       }});
  routes.push_back(
      {.method = http::Method::post,
       .paths = events,
       .guard = boundary::kReader,
       .spec = {"client-server", "MSC3814", "POST /dehydrated_device/{deviceId}/events"},
       .endpoint = [&dehydrated](Call& call) {
         return show_events(dehydrated, call, Form::body);
       }});
  return routes;
}

}  // namespace chancery::client
