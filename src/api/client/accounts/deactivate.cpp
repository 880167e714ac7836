// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/deactivate
//
// Ends the account for good. Before that, identity servers forget the addresses that they were told
// of by way of this server: which those are is forgotten with the account.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "domain/third_party_ids/unbinding.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/deactivate"};

// At the server that is named, or at all that are known to have been told. One that does not do it
// once is not asked again, so that it delays nobody for long. "success" as well when there was
// nothing to do.
runtime::Task<std::string_view> unbind_all(const AccountServices& services,
                                           std::optional<std::string> named, Call& call) {
  const protocol::UserId user = call.session().user;
  third_party_ids::Unbinding unbinding(services.third_party_ids, services.identity);
  std::vector<std::string> failed;
  for (const third_party_ids::ThirdPartyId& owned : co_await services.third_party_ids.load(user)) {
    const auto servers = co_await unbinding.find_servers(user, owned.address, named);
    for (const std::string& server : servers) {
      if (std::ranges::find(failed, server) != failed.end()) continue;
      // Not call.gone(): the session ends by this very act, which is no reason to answer so.
      const auto unbound =
          co_await services.identity.unbind(server, user, owned.address, call.request().gone);
      if (unbound == third_party_ids::IdentityServers::Unbound::no) failed.push_back(server);
    }
  }
  co_return failed.empty() ? "success" : "no-support";
}

runtime::Task<http::Response> handle(AccountServices services, Call& call) {
  using Erase = accounts::Deactivation::Erase;
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  if (auto challenge = co_await services.interactive.ask_owner(call, body)) {
    co_return *std::move(challenge);
  }
  const bool erase = boundary::optional_bool(body, "erase").value_or(false);
  const std::string_view unbound =
      co_await unbind_all(services, boundary::optional_string(body, "id_server"), call);
  const protocol::UserId user = call.session().user;
  co_await services.deactivation.deactivate(user.text(), user, erase ? Erase::yes : Erase::no);
  co_return boundary::json_response(base::JsonObject{{"id_server_unbind_result", unbound}});
}

}  // namespace

boundary::Route deactivate(const AccountServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/account/deactivate"),
          .guard = boundary::kAccountHolder,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
