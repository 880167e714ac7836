// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/routes.hpp"

#include <iterator>
#include <utility>

namespace chancery::oauth_api {

Routes oauth_routes(const Services& services) {
  Routes all;
  const auto add = [&](Routes routes) {
    all.insert(all.end(), std::make_move_iterator(routes.begin()),
               std::make_move_iterator(routes.end()));
  };
  // Without an address that browsers know there is nowhere to send them.
  if (!services.site.url.empty()) {
    add(metadata_routes(services));
    all.push_back(register_client(services));
    add(authorize_routes(services));
    all.push_back(push_request(services));
    all.push_back(token(services));
    all.push_back(revoke_token(services));
    all.push_back(authorize_device(services));
    add(link_device_routes(services));
  }
  add(sign_in_routes(services));
  add(sign_out_routes(services));
  add(new_account_routes(services));
  add(forgotten_password_routes(services));
  add(account_routes(services));
  add(account_act_routes(services));
  add(add_address_routes(services));
  add(single_sign_on_routes(services));
  add(fallback_routes(services));
  if (services.registration.terms().are_asked()) all.push_back(terms_document(services));
  add(old_rendezvous_routes(services));
  add(rendezvous_routes(services));
  return all;
}

}  // namespace chancery::oauth_api
