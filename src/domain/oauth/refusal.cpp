// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/refusal.hpp"

namespace chancery::oauth {

std::string_view error_name(OauthError error) {
  switch (error) {
    case OauthError::invalid_request:
      return "invalid_request";
    case OauthError::invalid_client:
      return "invalid_client";
    case OauthError::invalid_grant:
      return "invalid_grant";
    case OauthError::unauthorized_client:
      return "unauthorized_client";
    case OauthError::unsupported_grant_type:
      return "unsupported_grant_type";
    case OauthError::unsupported_response_type:
      return "unsupported_response_type";
    case OauthError::invalid_scope:
      return "invalid_scope";
    case OauthError::access_denied:
      return "access_denied";
    case OauthError::interaction_required:
      return "interaction_required";
    case OauthError::request_not_supported:
      return "request_not_supported";
    case OauthError::authorization_pending:
      return "authorization_pending";
    case OauthError::slow_down:
      return "slow_down";
    case OauthError::expired_token:
      return "expired_token";
    case OauthError::invalid_redirect_uri:
      return "invalid_redirect_uri";
    case OauthError::invalid_client_metadata:
      return "invalid_client_metadata";
    case OauthError::temporarily_unavailable:
      return "temporarily_unavailable";
  }
  return "invalid_request";
}

}  // namespace chancery::oauth
