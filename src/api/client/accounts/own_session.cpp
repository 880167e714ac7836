// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/accounts/own_session.hpp"

#include "protocol/api_error.hpp"

namespace chancery::client {

protocol::UserId own_user(const boundary::Call& call) {
  protocol::UserId user = call.user_id();
  if (user != call.session().user) {
    throw protocol::ApiError(protocol::ErrorCode::forbidden, "This is another user's");
  }
  return user;
}

void require_own(const boundary::Call& call) { static_cast<void>(own_user(call)); }

base::JsonObject describe_session(const protocol::UserId& user,
                                  const accounts::NewSession& session) {
  base::JsonObject body{{"user_id", user.text()},
                        // COMPAT: clients of r0 read it; the specification keeps it as deprecated.
                        {"home_server", user.server_name()},
                        {"device_id", session.device.text()}};
  add_tokens(body, session.tokens);
  return body;
}

void add_tokens(base::JsonObject& body, const accounts::IssuedTokens& tokens) {
  body["access_token"] = tokens.access_token;
  if (tokens.refresh_token) body["refresh_token"] = *tokens.refresh_token;
  if (tokens.expires_in) body["expires_in_ms"] = tokens.expires_in->count();
}

accounts::SessionRequest::Refresh wants_refresh(const base::JsonObject& body) {
  return boundary::optional_bool(body, "refresh_token").value_or(false)
             ? accounts::SessionRequest::Refresh::yes
             : accounts::SessionRequest::Refresh::no;
}

accounts::SignIn::Wanted read_wanted_session(const base::JsonObject& body) {
  accounts::SignIn::Wanted wanted{
      .device = std::nullopt,
      .device_name = boundary::optional_string(body, "initial_device_display_name").value_or(""),
      .refresh = wants_refresh(body)};
  if (const auto text = boundary::optional_string(body, "device_id")) {
    auto device = protocol::DeviceId::parse(*text);
    if (!device)
      throw protocol::ApiError(protocol::ErrorCode::invalid_param, "Not a valid device id");
    wanted.device = *std::move(device);
  }
  return wanted;
}

}  // namespace chancery::client
