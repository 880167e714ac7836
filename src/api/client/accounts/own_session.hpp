// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the endpoints of accounts have in common: whose resource it is, and how a new session is
// written.

#include "api/boundary/call.hpp"
#include "base/json.hpp"
#include "domain/accounts/sessions.hpp"
#include "domain/accounts/sign_in.hpp"
#include "protocol/identifiers.hpp"

namespace chancery::client {

// The {userId} of the path, which must be the caller's own: M_FORBIDDEN otherwise.
[[nodiscard]] protocol::UserId own_user(const boundary::Call& call);
void require_own(const boundary::Call& call);

// {"user_id": …, "device_id": …, "access_token": …}, and a refresh token where there is one.
[[nodiscard]] base::JsonObject describe_session(const protocol::UserId& user,
                                                const accounts::NewSession& session);
void add_tokens(base::JsonObject& body, const accounts::IssuedTokens& tokens);

// The device and the refreshing that someone who signs in asks for.
[[nodiscard]] accounts::SignIn::Wanted read_wanted_session(const base::JsonObject& body);
// `m.login.application_service`: what asks so is no person.
inline constexpr std::string_view kServiceLogin = "m.login.application_service";

// `refresh_token: true` in a request.
[[nodiscard]] accounts::SessionRequest::Refresh wants_refresh(const base::JsonObject& body);

}  // namespace chancery::client
