// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/old_reads/routes.hpp"

namespace chancery::client {

std::vector<boundary::Route> old_read_routes(const OldReadServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(event_by_id(services));
  routes.push_back(event_stream(services));
  routes.push_back(initial_sync(services));
  routes.push_back(room_initial_sync(services));
  return routes;
}

}  // namespace chancery::client
