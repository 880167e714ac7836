// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The password of somebody who is known already, asked for once more before what cannot be undone.

#include "api/oauth/fields.hpp"
#include "domain/accounts/sign_in.hpp"

namespace chancery::oauth_api {

// Throws ApiError when it cannot be told now: limit_exceeded, user_locked.
runtime::Task<bool> is_password_right(accounts::SignIn& sign_in, accounts::Credentials credentials);
// What is said where nobody was asked for a name.
[[nodiscard]] Fault wrong_password();

}  // namespace chancery::oauth_api
