// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/3pid/unbind
//
// Has an identity server forget an address, the one named or all that were told of it by way of
// this server.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"

namespace chancery::client {

using boundary::Call;
using third_party_ids::IdentityServers;
using third_party_ids::ThirdPartyIds;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/3pid/unbind"};

runtime::Task<http::Response> handle(ThirdPartyIdServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const mail::Address address = read_address(body);
  auto named = boundary::optional_string(body, "id_server");
  if (named) services.identity.require_allowed(*named);
  const std::string outcome = co_await unbind_everywhere(services, address, std::move(named), call);
  co_return boundary::json_response(base::JsonObject{{"id_server_unbind_result", outcome}});
}

}  // namespace

runtime::Task<std::string> unbind_everywhere(ThirdPartyIdServices services, mail::Address address,
                                             std::optional<std::string> named, Call& call) {
  const accounts::Session& session = call.session();
  std::vector<std::string> servers;
  if (named) {
    servers.push_back(*std::move(named));
  } else {
    servers = co_await services.ids.load_bindings(session.user, address);
  }
  bool is_unbound = !servers.empty();
  for (const std::string& server : servers) {
    const auto unbound =
        co_await services.identity.unbind(server, session.user, address, call.gone());
    is_unbound = is_unbound && unbound == IdentityServers::Unbound::yes;
    if (unbound == IdentityServers::Unbound::no) continue;
    co_await services.ids.note_binding(session, address, server, ThirdPartyIds::Bound::no);
  }
  co_return is_unbound ? "success" : "no-support";
}

boundary::Route unbind_third_party_id(const ThirdPartyIdServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/account/3pid/unbind"),
          .guard = boundary::kAccountHolder,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
