// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Memberships: what a user is to a room.
//
// Spec: client-server, "m.room.member". A user without such an event is as one who left.

#include "base/json.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace chancery::protocol {

enum class Membership : std::uint8_t { leave, invite, join, ban, knock };

[[nodiscard]] std::string_view membership_name(Membership membership);
// Absent for a membership that the specification does not name.
[[nodiscard]] std::optional<Membership> find_membership(std::string_view name);
// Of the content of `m.room.member`; leave when it says none that is known.
[[nodiscard]] Membership membership_in(const base::JsonObject& content);

}  // namespace chancery::protocol
