// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The modules of application services, put together: what others ask of them, and what they do.

#include "domain/appservices/deliveries.hpp"
#include "domain/appservices/ghosts.hpp"
#include "domain/appservices/journal.hpp"
#include "domain/appservices/networks.hpp"
#include "domain/appservices/pings.hpp"
#include "domain/appservices/queries.hpp"
#include "domain/appservices/registry.hpp"
#include "domain/appservices/service_authenticator.hpp"
#include "domain/appservices/service_client.hpp"
#include "server/account_modules.hpp"
#include "server/device_modules.hpp"
#include "server/room_modules.hpp"
#include "server/stores.hpp"

namespace chancery::server {

// Who they are and what belongs to them: before accounts and rooms, which ask.
struct AppserviceNames {
  struct Ports {
    http::Outbound& outbound;
    runtime::Clock& clock;
  };
  // Reads the registration files; throws ConfigError.
  AppserviceNames(const Config& config, Ports ports);

  appservices::Registry registry;
  appservices::ServiceClient client;
  appservices::Queries queries;
};

struct AppserviceModules {
  struct Ports {
    AppserviceNames& names;
    rooms::Rooms& rooms;
    RoomModules& room_modules;
    AccountModules& accounts;
    DeviceModules& devices;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  AppserviceModules(Stores& stores, const Ports& ports);

  appservices::Ghosts ghosts;
  appservices::Journal journal;
  appservices::Deliveries deliveries;
  appservices::ServiceAuthenticator authenticator;
  appservices::Networks networks;
  appservices::Pings pings;
};

}  // namespace chancery::server
