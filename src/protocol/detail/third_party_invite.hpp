// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Invites of people who were invited by an address outside Matrix.
//
// Spec: "Authorization rules", step 4.4.1 (5.3.1 and so on in other versions); client-server,
// "Third-party invites".

#include "protocol/detail/auth_check.hpp"

namespace chancery::protocol {

// Steps 4.4.1.2 and on. `invite`: the property third_party_invite of the event's content.
[[nodiscard]] Verdict check_third_party_invite_of(const AuthCheck& check, const base::Json& invite);

}  // namespace chancery::protocol
