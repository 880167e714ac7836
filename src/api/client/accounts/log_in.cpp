// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/login
// POST /_matrix/client/v3/login
//
// Says how one may sign in, and signs in by password.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kFlowsSpec{"client-server", "v1.19", "GET /login"};
constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /login"};

runtime::Task<http::Response> show_flows() {
  co_return boundary::json_response(
      base::JsonObject{{"flows", base::JsonArray{base::JsonObject{{"type", "m.login.password"}}}}});
}

std::string read_user(const base::JsonObject& body) {
  const base::JsonObject* identifier = boundary::optional_object(body, "identifier");
  if (identifier == nullptr) return boundary::get_string(body, "user");
  if (boundary::get_string(*identifier, "type") != "m.id.user") {
    throw ApiError(ErrorCode::unknown, "Only user names are known here");
  }
  return boundary::get_string(*identifier, "user");
}

accounts::SignIn::Wanted read_wanted(const base::JsonObject& body) {
  accounts::SignIn::Wanted wanted{
      .device = std::nullopt,
      .device_name = boundary::optional_string(body, "initial_device_display_name").value_or(""),
      .refresh = wants_refresh(body)};
  if (const auto text = boundary::optional_string(body, "device_id")) {
    auto device = protocol::DeviceId::parse(*text);
    if (!device) throw ApiError(ErrorCode::invalid_param, "Not a valid device id");
    wanted.device = *std::move(device);
  }
  return wanted;
}

runtime::Task<http::Response> handle(accounts::SignIn& sign_in, const PublicFace& face,
                                     Call& call) {
  const base::JsonObject body = co_await call.json_body();
  if (boundary::get_string(body, "type") != "m.login.password") {
    throw ApiError(ErrorCode::unknown, "Unknown login type");
  }
  accounts::Credentials credentials{.user = read_user(body),
                                    .password = boundary::get_string(body, "password"),
                                    .address = call.request().peer.address};
  const accounts::SignIn::SignedIn signed_in =
      co_await sign_in.sign_in(std::move(credentials), read_wanted(body));
  base::JsonObject answer = describe_session(signed_in.user, signed_in.session);
  if (!face.client_base_url.empty()) {
    answer["well_known"] =
        base::JsonObject{{"m.homeserver", base::JsonObject{{"base_url", face.client_base_url}}}};
  }
  co_return boundary::json_response(answer);
}

}  // namespace

Routes log_in_routes(const AccountServices& services) {
  boundary::Guard guard = boundary::kOpen;
  guard.limit = boundary::LimitClass::sign_in;
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/login"),
                    .guard = boundary::kOpen,
                    .spec = kFlowsSpec,
                    .endpoint = [](Call&) { return show_flows(); }});
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/login"),
                    .guard = guard,
                    .spec = kSpec,
                    .endpoint = [&sign_in = services.sign_in, &face = services.face](Call& call) {
                      return handle(sign_in, face, call);
                    }});
  return routes;
}

}  // namespace chancery::client
