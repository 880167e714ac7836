// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/federation/routes.hpp"

namespace chancery::federation_api {

std::vector<boundary::Route> federation_routes(const FederationServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(server_version(services.program_version));
  routes.push_back(server_keys(services.keys));
  routes.push_back(query_keys(services.keys));
  routes.push_back(query_keys_of_server(services.keys));
  routes.push_back(on_bind(services.invites));
  routes.push_back(openid_userinfo(services.openid_tokens, services.accounts));
  return routes;
}

}  // namespace chancery::federation_api
