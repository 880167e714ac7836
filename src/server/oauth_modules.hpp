// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The OAuth modules, put together: clients, what they are granted, and the pages of the server.

#include "api/client/accounts/interactive_auth.hpp"
#include "api/oauth/routes.hpp"
#include "domain/oauth/authorizations.hpp"
#include "domain/oauth/browser_sessions.hpp"
#include "domain/oauth/clients.hpp"
#include "domain/oauth/device_grants.hpp"
#include "domain/oauth/rendezvous.hpp"
#include "server/account_modules.hpp"
#include "server/mail_modules.hpp"
#include "server/stores.hpp"

#include <vector>

namespace chancery::server {

struct OauthModules {
  struct Ports {
    AccountModules& accounts;
    runtime::Clock& clock;
    runtime::Random& random;
  };
  OauthModules(Stores& stores, const Config& config, const Ports& ports);

  [[nodiscard]] std::vector<boundary::Route> routes(AccountModules& accounts, PeopleModules& people,
                                                    MailModules& mail, runtime::Clock& clock);
  // Of an address that is none of the pages.
  [[nodiscard]] boundary::ShowFailure lost_page() const;
  // Where people allow a reset of their keys.
  [[nodiscard]] client::InteractiveAuth::ResetPage reset_page(AccountModules& accounts) const;

  oauth_api::Site site;
  oauth::Clients clients;
  oauth::Authorizations authorizations;
  oauth::DeviceGrants device_grants;
  oauth::BrowserSessions browsers;
  oauth::Rendezvous rendezvous;
};

}  // namespace chancery::server
