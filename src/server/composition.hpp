// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The composition: every service of the server over the stores, and the way in to them.
//
// The members stand in the order of their needs; nothing is set later. Only this folder names
// concrete classes of other modules.
//
// Lifetime: await `stop` before it dies.

#include "api/boundary/boundary.hpp"
#include "api/boundary/rate_limits.hpp"
#include "api/client/accounts/interactive_auth.hpp"
#include "api/client/accounts/routes.hpp"
#include "domain/keys/published_keys.hpp"
#include "domain/rooms/rooms.hpp"
#include "http/outbound.hpp"
#include "runtime/worker_pool.hpp"
#include "server/account_modules.hpp"
#include "server/admin_modules.hpp"
#include "server/appservice_modules.hpp"
#include "server/control.hpp"
#include "server/device_modules.hpp"
#include "server/federation_modules.hpp"
#include "server/health.hpp"
#include "server/mail_modules.hpp"
#include "server/media_modules.hpp"
#include "server/oauth_modules.hpp"
#include "server/operator_acts.hpp"
#include "server/push_modules.hpp"
#include "server/room_modules.hpp"
#include "server/search_modules.hpp"
#include "server/stores.hpp"
#include "server/sync_modules.hpp"

#include <vector>

namespace chancery::server {

class Composition {
 public:
  struct Ports {
    runtime::Clock& clock;
    runtime::Random& random;
    runtime::WorkerPool& workers;
    http::Outbound& outbound;
    runtime::Resolver& resolver;
    mail::Carrier& mail;
  };
  Composition(const Config& config, Stores& stores, Ports ports);

  // Before the first request: fills what is kept in memory.
  runtime::Task<> start();
  // Small things that are due now and then, until cancelled.
  runtime::Task<> keep_house(runtime::CancelToken cancel);
  // Ends typing and presence in time, however long the housekeeping takes.
  runtime::Task<> end_what_expires(runtime::CancelToken cancel);
  // Events that were given to be sent later, each when it is due, until cancelled.
  runtime::Task<> send_delayed(runtime::CancelToken cancel);
  // Tells application services what concerns them, until cancelled.
  runtime::Task<> tell_services(runtime::CancelToken cancel);
  // Tells push gateways of what notifies people, until cancelled. On the scheduler of `stop`.
  runtime::Task<> tell_others(runtime::CancelToken cancel);
  // Hands mail to the mail server, until cancelled.
  runtime::Task<> carry_mail(runtime::CancelToken cancel);
  // The same for the search index, which may take longer at a time.
  runtime::Task<> keep_index(runtime::CancelToken cancel) { return search_.keep_index(cancel); }
  // No request waits for news any more: those that do are answered.
  void end_waiting();
  // After the last request: writes what is still only in memory.
  runtime::Task<> stop();

  [[nodiscard]] boundary::Boundary& boundary() { return boundary_; }
  [[nodiscard]] Health& health() { return health_; }
  [[nodiscard]] AccountModules& accounts() { return accounts_; }
  [[nodiscard]] PeopleModules& people() { return people_; }
  [[nodiscard]] AdminModules& admin() { return admin_; }
  [[nodiscard]] RoomModules& room_modules() { return room_modules_; }
  [[nodiscard]] SyncModules& sync() { return sync_; }
  [[nodiscard]] OperatorActs& acts() { return acts_; }
  [[nodiscard]] oauth::Clients& oauth_clients() { return oauth_.clients; }
  [[nodiscard]] Control& control() { return control_; }
  [[nodiscard]] Stores& stores() { return stores_; }

 private:
  runtime::Task<> find_whether_it_writes();
  [[nodiscard]] std::vector<boundary::Route> routes(const Config& config);
  [[nodiscard]] std::vector<boundary::Route> account_routes();
  [[nodiscard]] std::vector<boundary::Route> room_routes();

  Stores& stores_;
  // Rooms first: its reader of the feed must be the first.
  rooms::Rooms rooms_;
  AppserviceNames appservice_names_;
  AccountModules accounts_;
  FederationModules federation_;
  RoomModules room_modules_;
  PeopleModules people_;
  OauthModules oauth_;
  DeviceModules devices_;
  MailModules mail_;
  PushModules push_;
  SearchModules search_;
  SyncModules sync_;
  MediaModules media_;
  AdminModules admin_;
  AppserviceModules appservices_;
  runtime::Clock& clock_;
  client::PublicFace face_;
  keys::PublishedKeys published_keys_;
  client::InteractiveAuth interactive_;
  OperatorActs acts_;
  Control control_;
  Health health_;
  boundary::RateLimits limits_;
  boundary::Boundary boundary_;
};

}  // namespace chancery::server
