// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/own_password.hpp"

namespace chancery::oauth_api {

runtime::Task<std::optional<accounts::Proof>> prove_password(accounts::SignIn& sign_in,
                                                             accounts::Credentials credentials) {
  std::optional<accounts::Proof> proof;
  try {
    accounts::SignIn::Proven proven = co_await sign_in.prove(std::move(credentials));
    proof = std::move(proven.proof);
  } catch (const protocol::ApiError& error) {  // a wrong password is an answer here
    if (error.code() != protocol::ErrorCode::forbidden) throw;
  }
  co_return proof;
}

Fault wrong_password() {
  return {.status = 403, .text = "The password is wrong.", .field = "password"};
}

}  // namespace chancery::oauth_api
