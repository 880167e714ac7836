// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Power levels as numbers, in the spellings that a room version takes.
//
// Spec: room versions 1 to 9, "m.room.power_levels events accept values as strings"; 1 to 5,
// "… as floats"; 10 and later, integers only.

#include "base/json.hpp"
#include "protocol/room_version.hpp"

#include <cstdint>
#include <optional>

namespace chancery::protocol {

// Absent when `value` is no power level in `version`. Numbers beyond 64 bits, which versions 1
// to 5 do not forbid, become the greatest or least level that is not infinite.
[[nodiscard]] std::optional<std::int64_t> read_power_level(const base::Json& value,
                                                           const RoomVersion& version);

}  // namespace chancery::protocol
