// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/3pid/bind
//
// Has an identity server make an address known as one's own, which one has proven there.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/3pid/bind"};

runtime::Task<http::Response> handle(ThirdPartyIdServices services, Call& call) {
  const base::JsonObject body = co_await call.json_body();
  const std::string server = boundary::get_string(body, "id_server");
  const mail::Address address = co_await services.identity.bind(
      {.server = server, .access_token = boundary::get_string(body, "id_access_token")},
      {.session = boundary::get_string(body, "sid"),
       .client_secret = boundary::get_string(body, "client_secret"),
       .user = call.session().user},
      call.gone());
  co_await services.ids.note_binding(call.session(), address, server,
                                     third_party_ids::ThirdPartyIds::Bound::yes);
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route bind_third_party_id(const ThirdPartyIdServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/account/3pid/bind"),
          .guard = boundary::kAccountHolder,
          .spec = kSpec,
          .endpoint = [services](Call& call) { return handle(services, call); }};
}

}  // namespace chancery::client
