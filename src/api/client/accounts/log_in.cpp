// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/login
// POST /_matrix/client/v3/login
//
// Says how one may sign in, and signs in by password, or as an application service.
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

runtime::Task<http::Response> show_flows(const appservices::Ghosts& ghosts) {
  base::JsonArray flows{base::JsonObject{{"type", "m.login.password"}}};
  if (ghosts.has_services()) flows.push_back(base::JsonObject{{"type", kServiceLogin}});
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

runtime::Task<accounts::SignIn::SignedIn> sign_ghost_in(appservices::Ghosts& ghosts, Call& call,
                                                        const base::JsonObject& body) {
  std::optional<std::string> user;
  if (body.contains("identifier") || body.contains("user")) user = read_user(body);
  co_return co_await ghosts.sign_in(boundary::bearer_token(call.request()), std::move(user),
                                    read_wanted_session(body));
}

runtime::Task<http::Response> handle(const AccountServices services, Call& call) {
  const PublicFace& face = services.face;
  const base::JsonObject body = co_await call.json_body();
  const std::string type = boundary::get_string(body, "type");
  if (type == kServiceLogin) {
    const auto ghost = co_await sign_ghost_in(services.ghosts, call, body);
    co_return boundary::json_response(describe_session(ghost.user, ghost.session));
  }
  if (type != "m.login.password") throw ApiError(ErrorCode::unknown, "Unknown login type");
  accounts::Credentials credentials{.user = read_user(body),
                                    .password = boundary::get_string(body, "password"),
                                    .address = call.request().peer.address};
  const accounts::SignIn::SignedIn signed_in =
      co_await services.sign_in.sign_in(std::move(credentials), read_wanted_session(body));
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
                    .endpoint = [&ghosts = services.ghosts](Call&) { return show_flows(ghosts); }});
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/login"),
                    .guard = guard,
                    .spec = kSpec,
                    .endpoint = [services](Call& call) { return handle(services, call); }});
  return routes;
}

}  // namespace chancery::client
