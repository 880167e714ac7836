// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stripped state: what an invitation or a knock shows of a room.
//
// Concurrency: any thread.
// Spec: client-server, "Stripped state".

#include "domain/rooms/rooms.hpp"

#include <string>

namespace chancery::sync {

// The items of a JSON list. Requires: the user is invited to the room or knocks.
runtime::Task<std::string> load_stripped_state(rooms::Rooms& rooms, rooms::UserRoom room);

}  // namespace chancery::sync
