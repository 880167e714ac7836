// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// POST /_matrix/client/v3/user/{userId}/openid/request_token
//
// Gives a short-lived token by which another service may learn who the user is.
#include "api/boundary/call.hpp"
#include "api/client/accounts/own_session.hpp"
#include "api/client/accounts/routes.hpp"

namespace chancery::client {

using boundary::Call;

namespace {

constexpr boundary::Spec kSpec{"client-server", "v1.19",
                               "POST /user/{userId}/openid/request_token"};

runtime::Task<http::Response> handle(accounts::OpenIdTokens& tokens, const PublicFace& face,
                                     Call& call) {
  const protocol::UserId user = own_user(call);
  co_await call.json_body(Call::EmptyBody::allowed);
  const auto lifetime =
      std::chrono::duration_cast<std::chrono::seconds>(accounts::OpenIdTokens::kLifetime);
  co_return boundary::json_response(
      base::JsonObject{{"access_token", tokens.issue(user)},
                       {"token_type", "Bearer"},
                       {"matrix_server_name", face.server_name},
                       {"expires_in", std::int64_t{lifetime.count()}}});
}

}  // namespace

boundary::Route request_openid_token(const AccountServices& services) {
  return {.method = http::Method::post,
          .paths = boundary::v3_paths("/user/{userId}/openid/request_token"),
          .guard = boundary::kMember,
          .spec = kSpec,
          .endpoint = [&tokens = services.openid_tokens, &face = services.face](Call& call) {
            return handle(tokens, face, call);
          }};
}

}  // namespace chancery::client
