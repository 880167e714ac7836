// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of the server-server API.

#include "api/boundary/route.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/openid_tokens.hpp"
#include "domain/keys/published_keys.hpp"
#include "domain/third_party_ids/vouched_invites.hpp"

#include <string>
#include <vector>

namespace chancery::federation_api {

struct FederationServices {
  keys::PublishedKeys& keys;
  std::string program_version;
  third_party_ids::VouchedInvites& invites;
  accounts::OpenIdTokens& openid_tokens;
  accounts::Accounts& accounts;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> federation_routes(const FederationServices& services);

// One a file.
[[nodiscard]] boundary::Route server_version(std::string program_version);
[[nodiscard]] boundary::Route server_keys(keys::PublishedKeys& keys);
[[nodiscard]] boundary::Route query_keys(keys::PublishedKeys& keys);
[[nodiscard]] boundary::Route query_keys_of_server(keys::PublishedKeys& keys);
[[nodiscard]] boundary::Route on_bind(third_party_ids::VouchedInvites& invites);
[[nodiscard]] boundary::Route openid_userinfo(accounts::OpenIdTokens& tokens,
                                              accounts::Accounts& accounts);

}  // namespace chancery::federation_api
