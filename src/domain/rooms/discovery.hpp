// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who may know of a room that they are not in: what summaries and hierarchies ask first.
//
// Concurrency: any thread.
// Spec:        client-server, "Spaces" and GET /room_summary.

#include "domain/rooms/rooms.hpp"
#include "protocol/identifiers.hpp"

#include <optional>

namespace chancery::rooms {

// Whether `user`, or anybody at all where it is absent, may be told what `room` is.
[[nodiscard]] bool may_discover(Rooms& rooms, const Room& room,
                                const std::optional<protocol::UserId>& user);

}  // namespace chancery::rooms
