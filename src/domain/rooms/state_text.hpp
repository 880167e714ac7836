// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A text of a room's state: its name, its topic, its main alias.
//
// Concurrency: any thread.

#include "domain/rooms/rooms.hpp"
#include "runtime/task.hpp"

#include <string>

namespace chancery::rooms {

// The member of the content of the present event of that type with the empty state key; "" where
// there is no such event, or the member is absent or no string.
runtime::Task<std::string> find_state_text(Rooms& rooms, RoomPtr room, std::string type,
                                           std::string member);
// The same of the room's state at `root`.
runtime::Task<std::string> find_state_text(Rooms& rooms, RoomPtr room, storage::StateRoot root,
                                           std::string type, std::string member);

}  // namespace chancery::rooms
