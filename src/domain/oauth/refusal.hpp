// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Refusals: why OAuth says no, by the names that the RFCs have for it.
//
// Spec: RFC 6749 4.1.2.1 and 5.2, RFC 7591 3.2.2, RFC 8628 3.5.

#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::oauth {

enum class OauthError : std::uint8_t {
  invalid_request,
  invalid_client,
  invalid_grant,
  unauthorized_client,
  unsupported_grant_type,
  unsupported_response_type,
  invalid_scope,
  access_denied,
  interaction_required,
  request_not_supported,
  authorization_pending,
  slow_down,
  expired_token,
  invalid_redirect_uri,
  invalid_client_metadata,
  temporarily_unavailable,
};
[[nodiscard]] std::string_view error_name(OauthError error);

struct Refusal {
  OauthError error = OauthError::invalid_request;
  std::string text;  // for a developer, in ASCII without '"' and '\\'
};

}  // namespace chancery::oauth
