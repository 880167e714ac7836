// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/control.hpp"

#include "api/boundary/call.hpp"
#include "base/digest.hpp"
#include "protocol/api_error.hpp"

namespace chancery::server {
namespace {

constexpr std::string_view kFile = "control.json";
constexpr std::string_view kHeader = "X-Chancery-Control";

constexpr boundary::Guard kOperator{.needs = {.capability = policy::Capability::open},
                                    .authentication = boundary::Authentication::none,
                                    .limit = boundary::LimitClass::none};
constexpr boundary::Spec kSpec{"chancery", "v1", "POST /_chancery/control/{act}"};

}  // namespace

Control::Control(OperatorActs& acts, runtime::Random& random)
    : acts_(acts), token_(random.alphanumeric(43)) {}

runtime::Task<http::Response> Control::answer(boundary::Call& call) {
  const std::string shown(call.request().headers.find(kHeader).value_or(""));
  if (!base::equal_secrets(shown, token_)) {
    throw protocol::ApiError(protocol::ErrorCode::forbidden, "Only for the command line");
  }
  base::JsonObject arguments = co_await call.json_body();
  base::JsonObject answer = co_await acts_.perform(call.path("act"), std::move(arguments));
  http::Response response = boundary::json_response(std::move(answer));
  response.headers.set("Cache-Control", "no-store");
  co_return response;
}

std::vector<boundary::Route> Control::routes() {
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::post,
                    .paths = {"/_chancery/control/{act}"},
                    .guard = kOperator,
                    .spec = kSpec,
                    .endpoint = [this](boundary::Call& call) { return answer(call); }});
  return routes;
}

void Control::announce(const std::string& folder, const std::string& address,
                       std::uint16_t port) const {
  const bool any = address == "0.0.0.0" || address == "::";
  const base::JsonObject object{
      {"address", any ? (address == "::" ? "::1" : "127.0.0.1") : address},
      {"port", port},
      {"token", token_}};
  runtime::open_disk(folder)->write_file(std::string(kFile), base::to_text(object));
}

void Control::withdraw(const std::string& folder) {
  runtime::open_disk(folder)->remove(std::string(kFile));
}

std::optional<ControlAddress> Control::find(const std::string& folder) {
  const auto text = runtime::open_disk(folder)->read_file(std::string(kFile));
  if (!text) return std::nullopt;
  const auto json = base::parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  const base::JsonObject& object = json->get_object();
  const auto address = base::find_string(object, "address");
  const auto port = base::find_integer(object, "port");
  const auto token = base::find_string(object, "token");
  if (!address || !port || !token) return std::nullopt;
  return ControlAddress{.address = std::string(*address),
                        .port = static_cast<std::uint16_t>(*port),
                        .token = std::string(*token)};
}

}  // namespace chancery::server
