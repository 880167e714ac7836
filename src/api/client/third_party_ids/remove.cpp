// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/3pid/delete
//
// Takes an address from one's account, and has the identity server forget it that is named, or else
// those that were told of it by way of this server.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/3pid/delete"};

runtime::Task<http::Response> handle(ThirdPartyIdServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const mail::Address address = read_address(body);
  auto named = boundary::optional_string(body, "id_server");
  co_await services.ids.remove(call.session(), address);
  // It is gone here, whatever becomes of the rest.
  const std::string outcome = co_await unbind_everywhere(services, address, std::move(named), call);
  co_return boundary::json_response(base::JsonObject{{"id_server_unbind_result", outcome}});
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
