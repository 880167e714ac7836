// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/client/v1/auth_metadata
// GET /_matrix/client/unstable/org.matrix.msc2965/auth_issuer
// GET /.well-known/oauth-authorization-server, openid-configuration
//
// Says where the endpoints of OAuth are, and what they can do.
#include "api/boundary/call.hpp"
#include "api/oauth/newcomers.hpp"
#include "api/oauth/routes.hpp"
#include "domain/oauth/client_metadata.hpp"

namespace chancery::oauth_api {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "GET /auth_metadata"};
constexpr boundary::Spec kIssuerSpec{"msc", "2965",
                                     "GET /_matrix/client/unstable/org.matrix.msc2965/auth_issuer"};
constexpr boundary::Spec kFileSpec{"rfc", "8414", "GET /.well-known/oauth-authorization-server"};

base::JsonArray actions() {
  return {"org.matrix.profile", "org.matrix.devices_list", "org.matrix.device_view",
          "org.matrix.device_delete", "org.matrix.account_deactivate",
          "org.matrix.cross_signing_reset",
          // COMPAT: names of MSC4191 before it was stable, which Element's clients ask for.
          "org.matrix.sessions_list", "org.matrix.session_view", "org.matrix.session_end"};
}

base::JsonObject metadata(const Site& site, const accounts::Registration& registration) {
  const std::string account = site.at(kAccountPath);
  base::JsonObject body{
      {"issuer", site.url},
      {"authorization_endpoint", site.at(kAuthorizePath)},
      {"token_endpoint", site.at(kTokenPath)},
      {"revocation_endpoint", site.at(kRevokePath)},
      {"registration_endpoint", site.at(kRegisterPath)},
      {"device_authorization_endpoint", site.at(kDevicePath)},
      {"pushed_authorization_request_endpoint", site.at(kPushPath)},
      {"require_pushed_authorization_requests", false},
      {"scopes_supported", base::JsonArray{"urn:matrix:client:api:*"}},
      {"response_types_supported", base::JsonArray{"code"}},
      {"response_modes_supported", base::JsonArray{"query", "fragment"}},
      {"grant_types_supported",
       base::JsonArray{oauth::kCodeGrant, oauth::kRefreshGrant, oauth::kDeviceGrant}},
      {"code_challenge_methods_supported", base::JsonArray{"S256"}},
      {"token_endpoint_auth_methods_supported", base::JsonArray{"none"}},
      {"revocation_endpoint_auth_methods_supported", base::JsonArray{"none"}},
      {"authorization_response_iss_parameter_supported", true},
      {"request_parameter_supported", false},
      {"account_management_uri", account},
      {"account_management_actions_supported", actions()},
      {"org.matrix.msc4191.account_management_uri", account},
      {"org.matrix.msc4191.account_management_actions_supported", actions()}};
  if (!entry_of(registration).is_closed())
    body["prompt_values_supported"] = base::JsonArray{"create"};
  return body;
}

runtime::Task<http::Response> show(const base::JsonObject& body) {
  http::Response response = boundary::json_response(body);
  response.headers.set("Cache-Control", "max-age=300");
  co_return response;
}

}  // namespace

Routes metadata_routes(const Services& services) {
  const auto route = [](std::vector<std::string> paths, boundary::Spec spec,
                        base::JsonObject body) {
    return boundary::Route{.method = http::Method::get,
                           .paths = std::move(paths),
                           .guard = boundary::kOpen,
                           .spec = spec,
                           .endpoint = [shown = std::make_shared<const base::JsonObject>(
                                            std::move(body))](Call&) { return show(*shown); }};
  };
  const base::JsonObject body = metadata(services.site, services.registration);
  Routes routes;
  routes.push_back(route({"/_matrix/client/v1/auth_metadata",
                          "/_matrix/client/unstable/org.matrix.msc2965/auth_metadata"},
                         kSpec, body));
  routes.push_back(route({"/_matrix/client/unstable/org.matrix.msc2965/auth_issuer"}, kIssuerSpec,
                         base::JsonObject{{"issuer", services.site.url}}));
  // COMPAT: clients that know the issuer alone look there; may go when auth_metadata is all they
  // ask.
  routes.push_back(
      route({"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"},
            kFileSpec, body));
  return routes;
}

}  // namespace chancery::oauth_api
