// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The password of somebody who is known already, asked for once more before what cannot be undone.

#include "api/oauth/fields.hpp"
#include "domain/accounts/sign_in.hpp"

#include <optional>

namespace chancery::oauth_api {

// What the right password proves; absent for a wrong one. Throws ApiError when it cannot be told
// now: limit_exceeded, user_locked.
runtime::Task<std::optional<accounts::Proof>> prove_password(accounts::SignIn& sign_in,
                                                             accounts::Credentials credentials);
// What is said where nobody was asked for a name.
[[nodiscard]] Fault wrong_password();

}  // namespace chancery::oauth_api
