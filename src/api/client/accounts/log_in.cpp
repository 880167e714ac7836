// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET  /_matrix/client/v3/login
// POST /_matrix/client/v3/login
//
// Says how one may sign in, and signs in by password, by a login token, or as an application
// service.
#include "api/boundary/call.hpp"
#include "api/client/accounts/address_owner.hpp"
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

runtime::Task<http::Response> show_flows(const PublicFace& face,
                                         const appservices::Ghosts& ghosts) {
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
  if (ghosts.has_services()) flows.push_back(base::JsonObject{{"type", kServiceLogin}});
  co_return boundary::json_response(base::JsonObject{{"flows", std::move(flows)}});
}

runtime::Task<std::string> read_user(third_party_ids::ThirdPartyIds& ids, base::JsonObject body) {
  const base::JsonObject* identifier = boundary::optional_object(body, "identifier");
  // COMPAT: clients from before identifiers name an address beside its medium.
  if (identifier == nullptr && body.contains("medium")) {
    co_return co_await find_address_owner(ids, body);
  }
  if (identifier == nullptr) co_return boundary::get_string(body, "user");
  const std::string type = boundary::get_string(*identifier, "type");
  if (type == "m.id.thirdparty") co_return co_await find_address_owner(ids, *identifier);
  if (type != "m.id.user") {
    throw ApiError(ErrorCode::unknown, "Only user names and mail addresses are known here");
  }
  co_return boundary::get_string(*identifier, "user");
}

runtime::Task<accounts::SignIn::SignedIn> sign_ghost_in(const AccountServices services, Call& call,
                                                        const base::JsonObject& body) {
  std::optional<std::string> user;
  if (body.contains("identifier") || body.contains("user")) {
    user = co_await read_user(services.third_party_ids, body);
  }
  co_return co_await services.ghosts.sign_in(std::string(boundary::bearer_token(call.request())),
                                             std::move(user), read_wanted_session(body));
}

runtime::Task<accounts::SignIn::SignedIn> by_password(AccountServices services,
                                                      base::JsonObject body, Call& call) {
  if (!services.face.takes_passwords) {
    throw ApiError(ErrorCode::forbidden, "Passwords are typed on the pages of this server alone");
  }
  accounts::Credentials credentials{.user = co_await read_user(services.third_party_ids, body),
                                    .password = boundary::get_string(body, "password"),
                                    .address = call.request().peer.address,
                                    .request = call.request_id()};
  co_return co_await services.sign_in.sign_in(std::move(credentials), read_wanted_session(body));
}

runtime::Task<accounts::SignIn::SignedIn> by_token(AccountServices services, base::JsonObject body,
                                                   std::string address) {
  accounts::SignIn::Wanted wanted = read_wanted_session(body);
  auto owner =
      co_await services.login_tokens.take(boundary::get_string(body, "token"), std::move(address));
  if (!owner) throw ApiError(ErrorCode::forbidden, "The login token is not good, or not any more");
  accounts::NewSession session =
      co_await services.sessions.open({.user = owner->user,
                                       .device = std::move(wanted.device),
                                       .device_name = std::move(wanted.device_name),
                                       .refresh = wanted.refresh,
                                       .proof = std::move(owner->proof)});
  co_return accounts::SignIn::SignedIn{.user = std::move(owner->user),
                                       .session = std::move(session)};
}

runtime::Task<accounts::SignIn::SignedIn> sign_in(AccountServices services, base::JsonObject body,
                                                  Call& call) {
  const std::string type = boundary::get_string(body, "type");
  if (type == "m.login.password") {
    co_return co_await by_password(services, std::move(body), call);
  }
  if (type == "m.login.token") {
    co_return co_await by_token(services, std::move(body), call.request().peer.address);
  }
  throw ApiError(ErrorCode::unknown, "Unknown login type");
}

runtime::Task<http::Response> handle(AccountServices services, Call& call) {
  const PublicFace& face = services.face;
  base::JsonObject body = co_await call.json_body();
  if (boundary::get_string(body, "type") == kServiceLogin) {
    const auto ghost = co_await sign_ghost_in(services, call, body);
    co_return boundary::json_response(describe_session(ghost.user, ghost.session));
  }
  const accounts::SignIn::SignedIn signed_in = co_await sign_in(services, std::move(body), call);
  base::JsonObject answer = describe_session(signed_in.user, signed_in.session);
  if (!face.client_base_url.empty()) {
    answer["well_known"] =
        base::JsonObject{{"m.homeserver", base::JsonObject{{"base_url", face.client_base_url}}}};
  }
  co_return boundary::json_response(answer);
}

}  // namespace

Routes log_in_routes(const AccountServices& services) {
  boundary::Guard guard = boundary::open_guard(boundary::LimitClass::sign_in);
  Routes routes;
  routes.push_back({.method = http::Method::get,
                    .paths = boundary::v3_paths("/login"),
                    .guard = boundary::kOpen,
                    .spec = kFlowsSpec,
                    .endpoint = [&ghosts = services.ghosts, &face = services.face](Call&) {
                      return show_flows(face, ghosts);
                    }});
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/login"),
                    .guard = guard,
                    .spec = kSpec,
                    .endpoint = [services](Call& call) { return handle(services, call); }});
  return routes;
}

}  // namespace chancery::client
