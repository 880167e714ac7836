// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/3pid/unbind
//
// Has an identity server forget an address, the one named or all that were told of it by way of
// this server.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"
#include "domain/third_party_ids/unbinding.hpp"

#include <utility>

namespace chancery::client {

using boundary::Call;
using third_party_ids::IdentityServers;

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
  third_party_ids::Unbinding unbinding(services.ids, services.identity);
  const auto unbound =
      co_await unbinding.unbind(call.session(), std::move(address), std::move(named), call.gone());
  co_return unbound == IdentityServers::Unbound::yes ? "success" : "no-support";
}

boundary::Route unbind_third_party_id(const ThirdPartyIdServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/account/3pid/unbind"),
          .guard = boundary::kAccountHolder,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
