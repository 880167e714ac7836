// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memberships: what a user is to a room.
//
// Spec: client-server, "m.room.member".

#include <cstdint>
#include <optional>
#include <string_view>

namespace chancery::rooms {

enum class Membership : std::uint8_t { leave, invite, knock, join, ban };

[[nodiscard]] std::string_view membership_name(Membership membership);
[[nodiscard]] std::optional<Membership> find_membership(std::string_view name);

}  // namespace chancery::rooms
