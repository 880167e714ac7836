// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/application_services/routes.hpp"

namespace chancery::client {

std::vector<boundary::Route> application_service_routes(const ApplicationServices& services) {
  std::vector<boundary::Route> routes = third_party_network_routes(services.networks);
  routes.push_back(ping_application_service(services.pings));
  routes.push_back(put_network_entry(services.directory));
  return routes;
}

}  // namespace chancery::client
