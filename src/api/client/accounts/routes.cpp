// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/accounts/routes.hpp"

#include <iterator>
#include <utility>

namespace chancery::client {

std::vector<boundary::Route> account_routes(const AccountServices& services) {
  Routes all;
  const auto add = [&](Routes routes) {
    all.insert(all.end(), std::make_move_iterator(routes.begin()),
               std::make_move_iterator(routes.end()));
  };
  add(server_face_routes(services.face));

  add(register_routes(services));
  add(registration_token_routes(services.registration.tokens()));
  add(shared_secret_routes(services));
  add(set_up_routes(services.setup_links));
  add(log_in_routes(services));
  all.push_back(get_login_token(services));
  all.push_back(refresh_tokens(services.sessions));
  add(log_out_routes(services.sessions));

  all.push_back(who_am_i());
  all.push_back(change_password(services.accounts, services.interactive));
  all.push_back(deactivate(services));
  add(device_list_routes(services.devices, services.interactive));
  all.push_back(who_is(services));
  // COMPAT: what Synapse's tools call it; may go when they call the other.
  all.push_back(who_is(services));
  all.back().paths = {"/_synapse/admin/v1/whois/{userId}"};
  all.back().spec = {"synapse-admin", "v1", "GET /whois/{userId}"};
  add(account_moderation_routes(services.moderation));

  add(profile_routes(services.profiles, services.profile_editor));
  add(account_data_routes(services.account_data));
  add(tag_routes(services.account_data));
  add(presence_routes(services.presence, services.rooms));
  add(filter_routes(services.filters));
  all.push_back(search_users(services.user_directory));
  all.push_back(request_openid_token(services));
  return all;
}

}  // namespace chancery::client
