// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/oauth_modules.hpp"

#include "api/oauth/account_pages.hpp"

namespace chancery::server {

OauthModules::OauthModules(Stores& stores, const Config& config, const Ports& ports)
    : site{.server_name = config.server.name,
           .url = config.public_url(),
           .password_min_length = static_cast<std::size_t>(config.password.min_length)},
      clients(stores.oauth_clients, ports.accounts.commits, ports.clock),
      authorizations({.clients = clients,
                      .sessions = ports.accounts.sessions,
                      .accounts = ports.accounts.accounts,
                      .commits = ports.accounts.commits,
                      .clock = ports.clock,
                      .random = ports.random},
                     site.url),
      device_grants({.clients = clients,
                     .sessions = ports.accounts.sessions,
                     .accounts = ports.accounts.accounts,
                     .commits = ports.accounts.commits,
                     .clock = ports.clock,
                     .random = ports.random}),
      browsers({.accounts = ports.accounts.accounts,
                .sessions = ports.accounts.sessions,
                .commits = ports.accounts.commits,
                .clock = ports.clock,
                .random = ports.random}),
      rendezvous(ports.clock, ports.random) {}

client::InteractiveAuth::ResetPage OauthModules::reset_page(AccountModules& accounts) const {
  return {.permits = accounts.reset_permits,
          .address = site.at(oauth_api::address_of(oauth_api::AccountAction::reset))};
}

boundary::ShowFailure OauthModules::lost_page() const { return oauth_api::lost_page(site); }

std::vector<boundary::Route> OauthModules::routes(AccountModules& accounts, PeopleModules& people,
                                                  MailModules& mail, runtime::Clock& clock) {
  return oauth_api::oauth_routes({.clients = clients,
                                  .authorizations = authorizations,
                                  .device_grants = device_grants,
                                  .browsers = browsers,
                                  .rendezvous = rendezvous,
                                  .sessions = accounts.sessions,
                                  .sign_in = accounts.sign_in,
                                  .attempts = accounts.attempts,
                                  .registration = accounts.registration,
                                  .accounts = accounts.accounts,
                                  .deactivation = people.deactivation,
                                  .devices = accounts.devices,
                                  .profiles = accounts.profiles,
                                  .profile_editor = people.profile_editor,
                                  .login_tokens = accounts.login_tokens,
                                  .reset_permits = accounts.reset_permits,
                                  .interactive_sessions = accounts.interactive_sessions,
                                  .addresses = mail.ids,
                                  .identity = mail.identity,
                                  .validations = mail.validations,
                                  .clock = clock,
                                  .site = site});
}

}  // namespace chancery::server
