// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/3pid/delete
//
// Takes an address from one's account, and has the identity server forget it that is named, else
// those that were told of it by way of this server.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"
#include "protocol/api_error.hpp"

namespace chancery::client {

using boundary::Call;
using third_party_ids::IdentityServers;
using third_party_ids::ThirdPartyIds;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/3pid/delete"};

// Whether each server that had to forget it has. One that nobody knows cannot.
runtime::Task<bool> unbind(ThirdPartyIdServices services, mail::Address address,
                           std::vector<std::string> servers, Call& call) {
  const accounts::Session& session = call.session();
  bool are_all_told = !servers.empty();
  for (const std::string& server : servers) {
    // The address is gone from the account by now, whether that server is asked or not.
    if (!services.identity.is_allowed(server)) {
      are_all_told = false;
      continue;
    }
    const auto unbound =
        co_await services.identity.unbind(server, session.user, address, call.gone());
    if (unbound == IdentityServers::Unbound::yes) {
      co_await services.ids.note_binding(session, address, server, ThirdPartyIds::Bound::no);
    } else {
      are_all_told = false;
    }
  }
  co_return are_all_told;
}

runtime::Task<http::Response> handle(ThirdPartyIdServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const mail::Address address = read_address(body);
  std::vector<std::string> servers =
      co_await services.ids.load_bindings(call.session().user, address);
  if (auto named = boundary::optional_string(body, "id_server")) servers = {*std::move(named)};
  co_await services.ids.remove(call.session(), address);
  const bool is_unbound = co_await unbind(services, address, std::move(servers), call);
  co_return boundary::json_response(
      base::JsonObject{{"id_server_unbind_result", is_unbound ? "success" : "no-support"}});
}

}  // namespace

boundary::Route remove_third_party_id(const ThirdPartyIdServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/account/3pid/delete"),
          .guard = boundary::kAccountHolder,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
