// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/oauth/own_password.hpp"

namespace chancery::oauth_api {

runtime::Task<bool> is_password_right(accounts::SignIn& sign_in,
                                      accounts::Credentials credentials) {
  bool is_right = true;
  try {
    co_await sign_in.check(std::move(credentials));
  } catch (const protocol::ApiError& error) {  // a wrong password is an answer here
    if (error.code() != protocol::ErrorCode::forbidden) throw;
    is_right = false;
  }
  co_return is_right;
}

Fault wrong_password() {
  return {.status = 403, .text = "The password is wrong.", .field = "password"};
}

}  // namespace chancery::oauth_api
