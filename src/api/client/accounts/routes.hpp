// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of accounts: sign-in, registration, devices, profiles, account data, and what a
// client asks before any of it.

#include "api/boundary/route.hpp"
#include "api/client/accounts/interactive_auth.hpp"
#include "base/json.hpp"
#include "domain/accounts/account_data.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/devices.hpp"
#include "domain/accounts/filters.hpp"
#include "domain/accounts/login_tokens.hpp"
#include "domain/accounts/moderation.hpp"
#include "domain/accounts/openid_tokens.hpp"
#include "domain/accounts/presence.hpp"
#include "domain/accounts/profiles.hpp"
#include "domain/accounts/registration.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/accounts/setup_links.hpp"
#include "domain/accounts/shared_secret.hpp"
#include "domain/accounts/sign_in.hpp"
#include "domain/accounts/turn_credentials.hpp"
#include "domain/accounts/user_directory.hpp"
#include "domain/appservices/ghosts.hpp"
#include "domain/third_party_ids/identity_servers.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "runtime/clock.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::client {

// What the server says of itself.
struct PublicFace {
  std::string server_name;
  std::string client_base_url;   // for .well-known/matrix/client; "" for no such file
  std::string delegated_server;  // for .well-known/matrix/server, "host:port"; "" for no such file
  base::JsonArray support_contacts;  // for .well-known/matrix/support
  std::string support_page;
  std::string policy_key;  // for .well-known/matrix/policy_server; "" for no such file
  std::string default_room_version = "12";
  bool has_oauth = false;             // clients may sign in by OAuth 2.0
  bool takes_passwords = true;        // clients may ask for passwords themselves
  bool sends_mail = false;            // people may have addresses
  base::JsonObject client_file;       // what .well-known/matrix/client says besides the base URL
  base::JsonArray rtc_transports;     // where clients that call may send media (MSC4143)
  base::JsonObject capabilities;      // those that hang on the configuration, by their names
  std::vector<std::string> features;  // the same, of /versions
};

struct AccountServices {
  accounts::Accounts& accounts;
  accounts::Deactivation& deactivation;
  accounts::Moderation& moderation;
  accounts::Registration& registration;
  accounts::SetupLinks& setup_links;
  accounts::SharedSecret& shared_secret;
  accounts::SignIn& sign_in;
  accounts::Sessions& sessions;
  accounts::Devices& devices;
  accounts::Profiles& profiles;
  accounts::ProfileEditor& profile_editor;
  accounts::AccountData& account_data;
  accounts::Presence& presence;
  accounts::Filters& filters;
  accounts::OpenIdTokens& openid_tokens;
  accounts::LoginTokens& login_tokens;
  accounts::UserDirectory& user_directory;
  accounts::JoinedRooms& rooms;
  appservices::Ghosts& ghosts;
  third_party_ids::ThirdPartyIds& third_party_ids;
  third_party_ids::IdentityServers& identity;
  InteractiveAuth& interactive;
  runtime::Clock& clock;
  const PublicFace& face;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> account_routes(const AccountServices& services);

// One a file; those of one resource together.
using Routes = std::vector<boundary::Route>;
// Those that every server of this program offers, as /versions names them.
[[nodiscard]] std::span<const std::string_view> unstable_features();
[[nodiscard]] Routes log_in_routes(const AccountServices& services);
[[nodiscard]] boundary::Route get_login_token(const AccountServices& services);
[[nodiscard]] Routes log_out_routes(accounts::Sessions& sessions);
[[nodiscard]] boundary::Route refresh_tokens(accounts::Sessions& sessions);
[[nodiscard]] Routes register_routes(const AccountServices& services);
[[nodiscard]] Routes registration_token_routes(accounts::RegistrationTokens& tokens);
[[nodiscard]] Routes shared_secret_routes(const AccountServices& services);
[[nodiscard]] Routes set_up_routes(accounts::SetupLinks& links);
[[nodiscard]] boundary::Route who_am_i();
[[nodiscard]] boundary::Route change_password(accounts::Accounts& accounts,
                                              InteractiveAuth& interactive);
[[nodiscard]] boundary::Route deactivate(const AccountServices& services);
[[nodiscard]] Routes device_list_routes(accounts::Devices& devices, InteractiveAuth& interactive);
[[nodiscard]] Routes account_moderation_routes(accounts::Moderation& moderation);
[[nodiscard]] boundary::Route who_is(const AccountServices& services);
[[nodiscard]] Routes profile_routes(accounts::Profiles& profiles, accounts::ProfileEditor& editor);
[[nodiscard]] Routes account_data_routes(accounts::AccountData& account_data);
[[nodiscard]] Routes tag_routes(accounts::AccountData& account_data);
[[nodiscard]] Routes presence_routes(accounts::Presence& presence, accounts::JoinedRooms& rooms);
[[nodiscard]] Routes filter_routes(accounts::Filters& filters);
[[nodiscard]] boundary::Route search_users(accounts::UserDirectory& directory);
[[nodiscard]] boundary::Route request_openid_token(const AccountServices& services);
[[nodiscard]] Routes server_face_routes(const PublicFace& face);
// Not among account_routes.
[[nodiscard]] Routes call_routes(const accounts::TurnCredentials& turn, const PublicFace& face);

}  // namespace chancery::client
