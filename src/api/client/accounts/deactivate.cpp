// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/deactivate
//
// Ends the account for good.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/deactivate"};

runtime::Task<http::Response> handle(accounts::Deactivation& deactivation,
                                     InteractiveAuth& interactive, Call& call) {
  using Erase = accounts::Deactivation::Erase;
  const base::JsonObject body = co_await call.json_body(Call::EmptyBody::allowed);
  if (auto challenge = co_await interactive.ask_owner(call, body)) {
    co_return *std::move(challenge);
  }
  const bool erase = boundary::optional_bool(body, "erase").value_or(false);
  const protocol::UserId user = call.session().user;
  co_await deactivation.deactivate(user.text(), user, erase ? Erase::yes : Erase::no);
  co_return boundary::json_response(base::JsonObject{{"id_server_unbind_result", "no-support"}});
}

}  // namespace

boundary::Route deactivate(accounts::Deactivation& deactivation, InteractiveAuth& interactive) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/account/deactivate"),
          .guard = boundary::kAccountHolder,
          .spec = kSpec,
          .endpoint = [&deactivation, &interactive](Call& call) {
            return handle(deactivation, interactive, call);
          }};
}

}  // namespace chancery::client
