// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moments as an operator types them, in UTC.

#include "base/time.hpp"

#include <optional>
#include <string_view>

namespace chancery::cli {

// "30m", "12h" or "7d" before `now`, or the beginning of a day, "2026-11-29". Absent for anything
// else, and for what lies before 1970.
[[nodiscard]] std::optional<base::Timestamp> parse_moment(std::string_view text,
                                                          base::Timestamp now);

}  // namespace chancery::cli
