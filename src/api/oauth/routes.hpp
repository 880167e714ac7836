// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of OAuth 2.0, of the pages on which people sign in and tend their account, and of the
// rendezvous of devices.

#include "api/boundary/route.hpp"
#include "api/oauth/site.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/devices.hpp"
#include "domain/accounts/interactive_sessions.hpp"
#include "domain/accounts/login_tokens.hpp"
#include "domain/accounts/profiles.hpp"
#include "domain/accounts/registration.hpp"
#include "domain/accounts/reset_permits.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/accounts/sign_in.hpp"
#include "domain/oauth/authorizations.hpp"
#include "domain/oauth/browser_sessions.hpp"
#include "domain/oauth/clients.hpp"
#include "domain/oauth/device_grants.hpp"
#include "domain/oauth/rendezvous.hpp"
#include "domain/third_party_ids/identity_servers.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "domain/third_party_ids/validations.hpp"

#include <vector>

namespace chancery::oauth_api {

struct Services {
  oauth::Clients& clients;
  oauth::Authorizations& authorizations;
  oauth::DeviceGrants& device_grants;
  oauth::BrowserSessions& browsers;
  oauth::Rendezvous& rendezvous;
  accounts::Sessions& sessions;
  accounts::SignIn& sign_in;
  accounts::FailedAttempts& attempts;
  accounts::Registration& registration;
  accounts::Accounts& accounts;
  accounts::Deactivation& deactivation;
  accounts::Devices& devices;
  accounts::Profiles& profiles;
  accounts::ProfileEditor& profile_editor;
  accounts::LoginTokens& login_tokens;
  accounts::ResetPermits& reset_permits;
  accounts::InteractiveSessions& interactive_sessions;
  third_party_ids::ThirdPartyIds& addresses;
  third_party_ids::IdentityServers& identity;
  third_party_ids::Validations& validations;
  runtime::Clock& clock;
  const Site& site;
};

// The services must outlive the routes.
using Routes = std::vector<boundary::Route>;
[[nodiscard]] Routes oauth_routes(const Services& services);

// One a file; those of one resource together.
[[nodiscard]] Routes metadata_routes(const Services& services);
[[nodiscard]] boundary::Route register_client(const Services& services);
[[nodiscard]] Routes authorize_routes(const Services& services);
[[nodiscard]] boundary::Route push_request(const Services& services);
[[nodiscard]] boundary::Route token(const Services& services);
[[nodiscard]] boundary::Route revoke_token(const Services& services);
[[nodiscard]] boundary::Route authorize_device(const Services& services);
[[nodiscard]] Routes link_device_routes(const Services& services);
[[nodiscard]] Routes sign_in_routes(const Services& services);
[[nodiscard]] Routes sign_out_routes(const Services& services);
[[nodiscard]] Routes new_account_routes(const Services& services);
[[nodiscard]] Routes forgotten_password_routes(const Services& services);
[[nodiscard]] Routes account_routes(const Services& services);
[[nodiscard]] Routes account_act_routes(const Services& services);
[[nodiscard]] Routes add_address_routes(const Services& services);
[[nodiscard]] Routes single_sign_on_routes(const Services& services);
[[nodiscard]] Routes fallback_routes(const Services& services);
[[nodiscard]] boundary::Route terms_document(const Services& services);
[[nodiscard]] Routes old_rendezvous_routes(const Services& services);
[[nodiscard]] Routes rendezvous_routes(const Services& services);

}  // namespace chancery::oauth_api
