// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Timeline tokens: places between two events, as clients carry them around.
//
// "s<position>" lies after everything committed up to that position; what follows a '_' belongs to
// sync and is passed over here, so that a sync token is a timeline token too. Events of one room
// never share a position.

#include "storage/positions.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace chancery::rooms {

[[nodiscard]] std::string timeline_token(storage::StreamPosition after);
// Absent when it is none of ours.
[[nodiscard]] std::optional<storage::StreamPosition> parse_timeline_token(std::string_view token);

}  // namespace chancery::rooms
