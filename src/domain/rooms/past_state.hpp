// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Past states: what a room's state was at a place of its timeline.
//
// Concurrency: any thread.
// Failure:     StorageError.

#include "domain/rooms/rooms.hpp"
#include "runtime/task.hpp"

namespace chancery::rooms {

// The state with the newest event at or before `at`; the empty state where there is none.
runtime::Task<storage::StateRoot> state_at(Rooms& rooms, RoomPtr room, storage::StreamPosition at);

}  // namespace chancery::rooms
