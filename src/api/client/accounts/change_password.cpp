// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/account/password
//
// Gives the account a new password, and logs out its other devices unless told not to. Whoever is
// not signed in may do so by an address that the account has.
#include "api/boundary/call.hpp"
#include "api/client/accounts/routes.hpp"
#include "protocol/api_error.hpp"

#include <variant>

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19", "POST /account/password"};

runtime::Task<http::Response> handle(accounts::Accounts& accounts, InteractiveAuth& interactive,
                                     Call& call) {
  using Others = accounts::Accounts::OtherDevices;
  const base::JsonObject body = co_await call.json_body();
  // Without one the client learns only how to prove who it is.
  const auto password = boundary::optional_string(body, "new_password");
  if (password) accounts.require_strong(*password);
  accounts::Session session;
  std::optional<accounts::Proof> proof;
  if (const accounts::Session* own = call.find_session()) {
    if (!own->service.empty()) {
      throw protocol::ApiError(protocol::ErrorCode::forbidden,
                               "Application services give nobody a password");
    }
    if (own->role == policy::Role::guest) {
      throw protocol::ApiError(protocol::ErrorCode::guest_access_forbidden,
                               "Guests have no password");
    }
    session = *own;
    auto asked = co_await interactive.ask_for_proof(call, body);
    if (auto* challenge = std::get_if<http::Response>(&asked)) co_return std::move(*challenge);
    proof = std::get<accounts::Proof>(std::move(asked));
  } else {
    auto asked = co_await interactive.ask_by_mail(call, body);
    if (auto* challenge = std::get_if<http::Response>(&asked)) co_return std::move(*challenge);
    session.user = std::get<protocol::UserId>(asked);
  }
  const bool log_out = boundary::optional_bool(body, "logout_devices").value_or(true);
  co_await accounts.change_password({.session = std::move(session),
                                     .password = boundary::get_string(body, "new_password"),
                                     .others = log_out ? Others::log_out : Others::keep,
                                     .proof = std::move(proof)});
  co_return boundary::empty_response();
}

}  // namespace

boundary::Route change_password(accounts::Accounts& accounts, InteractiveAuth& interactive) {
  boundary::Guard guard = boundary::open_guard(boundary::LimitClass::sign_in);
  guard.authentication = boundary::Authentication::optional;
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/account/password"),
          .guard = guard,
          .spec = kSpec,
          .endpoint = [&accounts, &interactive](Call& call) {
            return handle(accounts, interactive, call);
          }};
}

}  // namespace chancery::client
