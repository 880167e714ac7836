// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/third_party_ids/routes.hpp"

#include "api/boundary/call.hpp"
#include "protocol/api_error.hpp"

#include <iterator>
#include <utility>

namespace chancery::client {

mail::Address read_address(const base::JsonObject& body) {
  const std::string medium = boundary::get_string(body, "medium");
  auto address = mail::Address::parse(boundary::get_string(body, "address"));
  // Nobody has what cannot be added.
  if (medium != third_party_ids::kEmail || !address) {
    throw protocol::ApiError(protocol::ErrorCode::threepid_not_found,
                             "This address is not one of yours");
  }
  return *std::move(address);
}

std::vector<boundary::Route> third_party_id_routes(const ThirdPartyIdServices& services) {
  std::vector<boundary::Route> routes = request_token_routes(services.validations);
  std::vector<boundary::Route> adding = add_third_party_id_routes(services);
  std::ranges::move(adding, std::back_inserter(routes));
  std::vector<boundary::Route> confirming = confirm_address_routes(services.validations);
  std::ranges::move(confirming, std::back_inserter(routes));
  routes.push_back(list_third_party_ids(services.ids));
  routes.push_back(remove_third_party_id(services));
  routes.push_back(bind_third_party_id(services));
  routes.push_back(unbind_third_party_id(services));
  return routes;
}

}  // namespace chancery::client
