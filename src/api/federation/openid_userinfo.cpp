// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// GET /_matrix/federation/v1/openid/userinfo
//
// Who it was that got an OpenID token here: asked by services to which people prove who they are
// (a widget, the service that lets them into a call).
#include "api/boundary/call.hpp"
#include "api/federation/routes.hpp"
#include "domain/accounts/accounts.hpp"
#include "domain/accounts/openid_tokens.hpp"
#include "protocol/api_error.hpp"

namespace chancery::federation_api {

using boundary::Call;
using protocol::ApiError;
using protocol::ErrorCode;

namespace {

constexpr boundary::Spec kSpec{"server-server", "v1.19",
                               "GET /_matrix/federation/v1/openid/userinfo"};

runtime::Task<http::Response> handle(accounts::OpenIdTokens& tokens, accounts::Accounts& accounts,
                                     Call& call) {
  const std::string token(call.query("access_token").value_or(""));
  if (token.empty()) {
    throw ApiError(ErrorCode::missing_token, "'access_token' is missing");
  }
  const auto owner = tokens.find_owner(token);
  const auto account = owner ? co_await accounts.find(*owner) : std::nullopt;
  // Whoever lost the account meanwhile is vouched for no longer.
  if (!account || account->standing.deactivated || account->standing.locked) {
    throw ApiError(ErrorCode::unknown_token, "The token is unknown or has expired");
  }
  co_return boundary::json_response(base::JsonObject{{"sub", account->user.text()}});
}

}  // namespace

boundary::Route openid_userinfo(accounts::OpenIdTokens& tokens, accounts::Accounts& accounts) {
  return {.method = http::Method::get,
          .paths = {"/_matrix/federation/v1/openid/userinfo"},
          .guard = boundary::kOpen,
          .spec = kSpec,
          .endpoint = [&](Call& call) { return handle(tokens, accounts, call); }};
}

}  // namespace chancery::federation_api
