// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memberships, by the name that this module and those above it use.

#include "protocol/membership.hpp"

namespace chancery::rooms {

using protocol::find_membership;
using protocol::Membership;
using protocol::membership_name;

}  // namespace chancery::rooms
