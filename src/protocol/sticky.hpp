// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sticky events: events that every member of a room is told of for a while, whatever else happened
// since (MSC4354).
//
// Spec: MSC4354, under its unstable names.

#include "base/time.hpp"
#include "protocol/event.hpp"

#include <cstdint>
#include <optional>

namespace chancery::protocol {

inline constexpr std::int64_t kLongestStickiness = 3'600'000;  // milliseconds

// When `event`, which came in at `received`, stops being sticky. Absent: it never was, or a
// redaction took it away.
[[nodiscard]] std::optional<base::Timestamp> sticky_until(const VerifiedEvent& event,
                                                          base::Timestamp received);

}  // namespace chancery::protocol
