// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memberships, by the name that this module and those above it use.

#include "protocol/membership.hpp"

namespace chancery::rooms {

using protocol::find_membership;
using protocol::Membership;
using protocol::membership_name;

// Whoever left, or was put out; not one who never was inside and is asked or asks to come.
[[nodiscard]] constexpr bool is_outside(Membership membership) {
  return membership == Membership::leave || membership == Membership::ban;
}

}  // namespace chancery::rooms
