// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Depths of events: how far an event is from its room's first, as its sender counted.
//
// Spec: server-server, "Room version formats", `depth`.

#include "protocol/room_version.hpp"

#include <cstdint>

namespace chancery::protocol {

// No event of the version is deeper; none that says so is admitted.
[[nodiscard]] std::int64_t largest_depth(const RoomVersion& version);

// The depth of an event that follows one of `depth`. Where that is the largest, the room goes on
// at it: one event that claims it must not keep others from being sent.
[[nodiscard]] std::int64_t depth_after(std::int64_t depth, const RoomVersion& version);

}  // namespace chancery::protocol
