// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/login
// POST /_matrix/client/v3/login
//
// Says how one may sign in, and signs in by password or by a login token.
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

runtime::Task<http::Response> show_flows(const PublicFace& face) {
  base::JsonArray flows;
  if (face.takes_passwords) flows.push_back(base::JsonObject{{"type", "m.login.password"}});
  base::JsonObject single_sign_on{{"type", "m.login.sso"}};
  if (face.has_oauth) {
    single_sign_on["oauth_aware_preferred"] = true;
    // COMPAT: its name before it was stable (MSC3824); may go when Element's clients ask the other.
    single_sign_on["org.matrix.msc3824.delegated_oidc_compatibility"] = true;
  }
  flows.push_back(std::move(single_sign_on));
  flows.push_back(base::JsonObject{{"type", "m.login.token"}, {"get_login_token", true}});
  co_return boundary::json_response(base::JsonObject{{"flows", std::move(flows)}});
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

runtime::Task<accounts::SignIn::SignedIn> by_password(AccountServices services,
                                                      base::JsonObject body, std::string address) {
  if (!services.face.takes_passwords) {
    throw ApiError(ErrorCode::forbidden, "Passwords are typed on the pages of this server alone");
  }
  accounts::Credentials credentials{.user = read_user(body),
                                    .password = boundary::get_string(body, "password"),
                                    .address = std::move(address)};
  co_return co_await services.sign_in.sign_in(std::move(credentials), read_wanted(body));
}

runtime::Task<accounts::SignIn::SignedIn> by_token(AccountServices services,
                                                   base::JsonObject body) {
  accounts::SignIn::Wanted wanted = read_wanted(body);
  auto user = services.login_tokens.take(boundary::get_string(body, "token"));
  if (!user) throw ApiError(ErrorCode::forbidden, "The login token is not good, or not any more");
  accounts::NewSession session =
      co_await services.sessions.open({.user = *user,
                                       .device = std::move(wanted.device),
                                       .device_name = std::move(wanted.device_name),
                                       .refresh = wanted.refresh});
  co_return accounts::SignIn::SignedIn{.user = *std::move(user), .session = std::move(session)};
}

runtime::Task<accounts::SignIn::SignedIn> sign_in(AccountServices services, base::JsonObject body,
                                                  std::string address) {
  const std::string type = boundary::get_string(body, "type");
  if (type == "m.login.password") {
    co_return co_await by_password(services, std::move(body), std::move(address));
  }
  if (type == "m.login.token") co_return co_await by_token(services, std::move(body));
  throw ApiError(ErrorCode::unknown, "Unknown login type");
}

runtime::Task<http::Response> handle(AccountServices services, Call& call) {
  const PublicFace& face = services.face;
  const accounts::SignIn::SignedIn signed_in =
      co_await sign_in(services, co_await call.json_body(), call.request().peer.address);
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
                    .endpoint = [&face = services.face](Call&) { return show_flows(face); }});
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/login"),
                    .guard = guard,
                    .spec = kSpec,
                    .endpoint = [services](Call& call) { return handle(services, call); }});
  return routes;
}

}  // namespace chancery::client
