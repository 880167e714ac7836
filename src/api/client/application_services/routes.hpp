// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of application services, and those by which clients look at what they bridge to.

#include "api/boundary/route.hpp"
#include "domain/appservices/networks.hpp"
#include "domain/appservices/pings.hpp"
#include "domain/rooms/directory.hpp"

#include <vector>

namespace chancery::client {

struct ApplicationServices {
  appservices::Networks& networks;
  appservices::Pings& pings;
  rooms::Directory& directory;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> application_service_routes(
    const ApplicationServices& services);

[[nodiscard]] boundary::Route ping_application_service(appservices::Pings& pings);
[[nodiscard]] boundary::Route put_network_entry(rooms::Directory& directory);
[[nodiscard]] std::vector<boundary::Route> third_party_network_routes(
    appservices::Networks& networks);

}  // namespace chancery::client
