// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes of third-party identifiers: mail addresses of accounts, how they are proven, and what
// identity servers are told of them.

#include "api/boundary/route.hpp"
#include "api/client/accounts/interactive_auth.hpp"
#include "domain/third_party_ids/identity_servers.hpp"
#include "domain/third_party_ids/third_party_ids.hpp"
#include "domain/third_party_ids/validations.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::client {

struct ThirdPartyIdServices {
  third_party_ids::ThirdPartyIds& ids;
  third_party_ids::Validations& validations;
  third_party_ids::IdentityServers& identity;
  InteractiveAuth& interactive;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> third_party_id_routes(
    const ThirdPartyIdServices& services);

// One a file; those of one kind together.
[[nodiscard]] std::vector<boundary::Route> request_token_routes(
    third_party_ids::Validations& validations);
[[nodiscard]] std::vector<boundary::Route> confirm_address_routes(
    third_party_ids::Validations& validations);
[[nodiscard]] boundary::Route list_third_party_ids(third_party_ids::ThirdPartyIds& ids);
[[nodiscard]] std::vector<boundary::Route> add_third_party_id_routes(
    const ThirdPartyIdServices& services);
[[nodiscard]] boundary::Route remove_third_party_id(const ThirdPartyIdServices& services);
[[nodiscard]] boundary::Route bind_third_party_id(const ThirdPartyIdServices& services);
[[nodiscard]] boundary::Route unbind_third_party_id(const ThirdPartyIdServices& services);

// Has identity servers forget the address: the one that is named, or else all that were told of it
// by way of this server. Says "success" when all did, "no-support" otherwise, and when none is
// known.
runtime::Task<std::string> unbind_everywhere(ThirdPartyIdServices services, mail::Address address,
                                             std::optional<std::string> named,
                                             boundary::Call& call);

// "address" with "medium" "email". Throws ApiError threepid_not_found for another medium.
[[nodiscard]] mail::Address read_address(const base::JsonObject& body);

}  // namespace chancery::client
