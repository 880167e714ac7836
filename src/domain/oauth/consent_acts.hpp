// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a person says to a client that asks for their account, as it stands on record.

#include "domain/audit/recorder.hpp"
#include "domain/oauth/scope.hpp"
#include "protocol/identifiers.hpp"

#include <string>

namespace chancery::oauth {

// Yes: the client, and the device that it becomes.
[[nodiscard]] inline audit::Act consent_act(const protocol::UserId& user, const std::string& client,
                                            const Scope& scope) {
  return {.who = user.text(), .act = "oauth.consent", .object = client + " " + scope.device.text()};
}

// No.
[[nodiscard]] inline audit::Act refusal_act(const protocol::UserId& user,
                                            const std::string& client) {
  return {.who = user.text(), .act = "oauth.consent_refused", .object = client};
}

}  // namespace chancery::oauth
