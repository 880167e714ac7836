// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/search/routes.hpp"

namespace chancery::client {

std::vector<boundary::Route> search_routes(const SearchServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(search_events(services));
  return routes;
}

}  // namespace chancery::client
