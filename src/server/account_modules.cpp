// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/account_modules.hpp"

#include "base/assert.hpp"
#include "domain/accounts/activity.hpp"
#include "server/terms_files.hpp"

namespace chancery::server {
namespace {

accounts::RegistrationRules registration_rules(const Config& config) {
  using Allowed = accounts::RegistrationRules::Allowed;
  accounts::RegistrationRules rules;
  switch (config.registration.mode) {
    case RegistrationMode::closed:
      rules.mode = accounts::RegistrationMode::closed;
      break;
    case RegistrationMode::token:
      rules.mode = accounts::RegistrationMode::token;
      break;
    case RegistrationMode::open:
      rules.mode = accounts::RegistrationMode::open;
      break;
  }
  rules.dummy = config.registration.allow_dummy ? Allowed::yes : Allowed::no;
  rules.guests = config.registration.allow_guests ? Allowed::yes : Allowed::no;
  if (config.registration.require_email) rules.mail = accounts::RegistrationRules::Mail::asked;
  return rules;
}

accounts::TurnCredentials::Rules turn_rules(const Config& config) {
  using Guests = accounts::TurnCredentials::Rules::Guests;
  return {.uris = config.turn.uris,
          .secret = config.turn.secret,
          .lifetime = config.turn.lifetime,
          .guests = config.turn.guests ? Guests::allowed : Guests::refused};
}

accounts::AccountData::Rules account_data_rules(const Config& config) {
  return {.most_items = static_cast<std::uint64_t>(config.accounts.account_data_items),
          .most_bytes = static_cast<std::uint64_t>(config.accounts.account_data_bytes)};
}

accounts::UserDirectory::Scope directory_scope(const Config& config) {
  using Scope = accounts::UserDirectory::Scope;
  return config.accounts.directory == DirectoryChoice::everyone ? Scope::everyone : Scope::rooms;
}

protocol::ServerName server_name(const Config& config) {
  auto name = protocol::ServerName::parse(config.server.name);
  // The configuration has been checked when it was read.
  CHANCERY_ASSERT(name);
  return *std::move(name);
}

}  // namespace

AccountModules::AccountModules(Stores& stores, const Config& config, Ports ports)
    : server(server_name(config)),
      commits(stores.committer, stores.recorder),
      uses(commits, ports.clock),
      sessions({.sessions = stores.sessions,
                .accounts = stores.accounts,
                .commits = commits,
                .feed = stores.committer,
                .uses = uses,
                .clock = ports.clock,
                .random = ports.random},
               {.access_token_lifetime = config.accounts.access_token_lifetime,
                .succession_key = stores.root.derive("refresh tokens")}),
      passwords({.min_length = static_cast<std::size_t>(config.password.min_length)},
                ports.workers),
      accounts({.accounts = stores.accounts, .sessions = stores.sessions}, commits, passwords,
               sessions.proofs()),
      moderation(accounts, ports.clock, server),
      erased(stores.accounts, stores.committer),
      creation(stores.accounts, commits, passwords, sessions, ports.clock, ports.random, server,
               &ports.reserved),
      tokens(stores.registration, commits, ports.clock, ports.random),
      terms(load_terms(config)),
      registration(creation, tokens, passwords, ports.clock, registration_rules(config), terms),
      setup_links(stores.registration, commits, creation, passwords, ports.clock, ports.random),
      shared_secret(config.registration.shared_secret, creation, ports.clock, ports.random),
      attempts({.enabled = config.limits.enabled ? accounts::FailedAttempts::Rules::Enabled::yes
                                                 : accounts::FailedAttempts::Rules::Enabled::no},
               ports.clock),
      sign_in(stores.accounts, commits, passwords, sessions, attempts, server),
      devices(stores.sessions, commits, uses, sessions, ports.clock),
      profiles(stores.profiles, stores.accounts, &ports.absent),
      account_data({.store = stores.account_data,
                    .commits = commits,
                    .feed = stores.committer,
                    .keys = stores.key_ring,
                    .clock = ports.clock,
                    .random = ports.random},
                   account_data_rules(config)),
      presence({.enabled = config.presence.enabled ? accounts::Presence::Rules::Enabled::yes
                                                   : accounts::Presence::Rules::Enabled::no},
               ports.clock),
      filters(stores.filters, commits),
      openid_tokens(ports.clock, ports.random),
      login_tokens(commits, ports.clock, ports.random),
      reset_permits(commits, ports.clock),
      interactive_sessions(ports.clock, ports.random,
                           [this](const accounts::InteractiveProgress& ended) {
                             if (!ended.registration_token.empty()) {
                               tokens.release(ended.registration_token);
                             }
                           }),
      turn(turn_rules(config), ports.clock) {
  if (presence.is_enabled()) stores.committer.add_follower(accounts::follow_activity(presence));
}

PeopleModules::PeopleModules(Stores& stores, const Config& config, AccountModules& modules,
                             accounts::JoinedRooms& rooms)
    : profile_editor(modules.profiles, modules.commits, rooms),
      deactivation({.accounts = stores.accounts, .sessions = stores.sessions}, modules.commits,
                   rooms),
      directory_filling(stores.directory_words, stores.committer),
      user_directory(stores.directory_words, rooms, directory_scope(config)) {}

}  // namespace chancery::server
