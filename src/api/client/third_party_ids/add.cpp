// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/3pid/add
// POST /_matrix/client/v3/account/3pid
//
// Adds an address that was confirmed to one's account. The second, older one does the same: it asks
// for the password, too, for an address opens an account as well as a password does.
#include "api/boundary/call.hpp"
#include "api/client/third_party_ids/routes.hpp"
#include "protocol/api_error.hpp"

#include <string>

namespace chancery::client {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/3pid/add"};
constexpr boundary::Spec kOlderSpec{"client-server", "v1.19", "POST /account/3pid"};

// What a client shows of the session in which the address was confirmed.
struct Credentials {
  base::JsonObject shown;
  unsigned status_of_refusal = 400;
};

runtime::Task<http::Response> add(ThirdPartyIdServices services, base::JsonObject body,
                                  Credentials credentials, Call& call) {
  if (!services.validations.is_offered()) {
    throw ApiError(ErrorCode::threepid_denied, "This server sends no mail, and keeps no addresses");
  }
  if (auto challenge = co_await services.interactive.ask_owner(call, body)) {
    co_return *std::move(challenge);
  }
  const auto validated = co_await services.validations.find(
      {.session = boundary::get_string(credentials.shown, "sid"),
       .client_secret = boundary::get_string(credentials.shown, "client_secret")},
      third_party_ids::Purpose::adding);
  if (!validated) {
    throw ApiError(ErrorCode::threepid_auth_failed, "This address was not confirmed")
        .with_status(credentials.status_of_refusal);
  }
  co_await services.ids.add(call.session().user, *validated);
  co_return boundary::empty_response();
}

runtime::Task<http::Response> handle(ThirdPartyIdServices services, Call& call) {
  base::JsonObject body = co_await call.json_body();
  Credentials credentials{.shown = body};
  co_return co_await add(services, std::move(body), std::move(credentials), call);
}

runtime::Task<http::Response> handle_older(ThirdPartyIdServices services, Call& call) {
  base::JsonObject body = co_await call.json_body();
  const base::JsonObject* found = boundary::optional_object(body, "three_pid_creds");
  if (found == nullptr) throw ApiError(ErrorCode::missing_param, "'three_pid_creds' is missing");
  Credentials credentials{.shown = *found, .status_of_refusal = 403};
  co_return co_await add(services, std::move(body), std::move(credentials), call);
}

}  // namespace

std::vector<boundary::Route> add_third_party_id_routes(const ThirdPartyIdServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/account/3pid/add"),
                    .guard = boundary::kAccountHolder,
                    .spec = kSpec,
                    .endpoint = [services](Call& call) { return handle(services, call); }});
  routes.push_back({.method = http::Method::post,
                    .paths = boundary::v3_paths("/account/3pid"),
                    .guard = boundary::kAccountHolder,
                    .spec = kOlderSpec,
                    .endpoint = [services](Call& call) { return handle_older(services, call); }});
  return routes;
}

}  // namespace chancery::client
