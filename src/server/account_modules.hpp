// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The account modules, put together: who may sign in, and how accounts come to be.
//
// The members stand in the order of their needs. What reaches into rooms is in PeopleModules.

#include "domain/accounts/account_creation.hpp"
#include "domain/accounts/account_data.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/audited_commits.hpp"
#include "domain/accounts/device_uses.hpp"
#include "domain/accounts/devices.hpp"
#include "domain/accounts/directory_filling.hpp"
#include "domain/accounts/erased_people.hpp"
#include "domain/accounts/failed_attempts.hpp"
#include "domain/accounts/filters.hpp"
#include "domain/accounts/interactive_sessions.hpp"
#include "domain/accounts/login_tokens.hpp"
#include "domain/accounts/moderation.hpp"
#include "domain/accounts/openid_tokens.hpp"
#include "domain/accounts/passwords.hpp"
#include "domain/accounts/presence.hpp"
#include "domain/accounts/profiles.hpp"
#include "domain/accounts/registration.hpp"
#include "domain/accounts/registration_tokens.hpp"
#include "domain/accounts/reset_permits.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/accounts/setup_links.hpp"
#include "domain/accounts/shared_secret.hpp"
#include "domain/accounts/sign_in.hpp"
#include "domain/accounts/turn_credentials.hpp"
#include "domain/accounts/user_directory.hpp"
#include "runtime/worker_pool.hpp"
#include "server/stores.hpp"

namespace chancery::server {

struct AccountModules {
  struct Ports {
    runtime::Clock& clock;
    runtime::Random& random;
    runtime::WorkerPool& workers;
    const accounts::ReservedNames& reserved;
    accounts::AbsentPeople& absent;
  };
  AccountModules(Stores& stores, const Config& config, Ports ports);

  protocol::ServerName server;
  accounts::AuditedCommits commits;
  accounts::DeviceUses uses;
  accounts::Sessions sessions;
  accounts::Passwords passwords;
  accounts::Accounts accounts;
  accounts::Moderation moderation;
  accounts::ErasedPeople erased;
  accounts::AccountCreation creation;
  accounts::RegistrationTokens tokens;
  accounts::Terms terms;
  accounts::Registration registration;
  accounts::SetupLinks setup_links;
  accounts::SharedSecret shared_secret;
  accounts::FailedAttempts attempts;
  accounts::SignIn sign_in;
  accounts::Devices devices;
  accounts::Profiles profiles;
  accounts::AccountData account_data;
  accounts::Presence presence;
  accounts::Filters filters;
  accounts::OpenIdTokens openid_tokens;
  accounts::LoginTokens login_tokens;
  accounts::ResetPermits reset_permits;
  accounts::InteractiveSessions interactive_sessions;
  accounts::TurnCredentials turn;
};

// What changes people's rooms along with their account.
struct PeopleModules {
  PeopleModules(Stores& stores, const Config& config, AccountModules& accounts,
                accounts::JoinedRooms& rooms);

  accounts::ProfileEditor profile_editor;
  accounts::Deactivation deactivation;
  accounts::DirectoryFilling directory_filling;
  accounts::UserDirectory user_directory;
};

}  // namespace chancery::server
