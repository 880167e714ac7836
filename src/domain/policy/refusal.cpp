// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/policy/refusal.hpp"

namespace chancery::policy {

using protocol::ApiError;
using protocol::ErrorCode;

ApiError to_error(const Refused& refused, const Subject& subject) {
  if (refused.rule == "locked") {
    return ApiError(ErrorCode::user_locked, "This account is locked").with("soft_logout", true);
  }
  if (refused.rule == "suspended") {
    return ApiError(ErrorCode::user_suspended, "This account is suspended")
        .because(std::string(refused.rule));
  }
  if (refused.rule == "role" && subject.role == Role::guest) {
    return ApiError(ErrorCode::guest_access_forbidden, "Guests may not do this")
        .because(std::string(refused.rule));
  }
  return ApiError(ErrorCode::forbidden, "You may not do this").because(std::string(refused.rule));
}

std::string_view require(const Verdict& verdict, const Subject& subject) {
  if (const auto* refused = std::get_if<Refused>(&verdict)) throw to_error(*refused, subject);
  return std::get<Permitted>(verdict).rule;
}

}  // namespace chancery::policy
