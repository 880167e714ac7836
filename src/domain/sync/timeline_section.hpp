// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The timeline of one room in an answer: the newest events in the window that the filter lets by.
//
// Concurrency: any thread.

#include "domain/rooms/rooms.hpp"
#include "domain/rooms/visible_history.hpp"
#include "domain/sync/sync_request.hpp"

#include <vector>

namespace chancery::sync {

struct Timeline {
  std::vector<rooms::CachedEventPtr> events;   // oldest first; filtered
  std::vector<rooms::Membership> memberships;  // of the viewer at each of them
  bool limited = false;                        // there are more in the window
  // The place to go on from backwards: nothing between it and the first event is wanted.
  storage::StreamPosition before;
  // The room's state before the first event, and with the newest event of the window; the same
  // where no event is shown.
  storage::StateRoot state_before;
  storage::StateRoot state_after;
  // Whether a state event behind the first event is left out, by the filter or as not visible.
  bool lacks_state = false;
};

struct TimelineWanted {
  rooms::RoomPtr room;
  protocol::UserId viewer;
  SyncWindow window;
  std::size_t limit = 10;
  const protocol::RoomEventFilter* filter = nullptr;  // never null
};

runtime::Task<Timeline> load_timeline(rooms::Rooms& rooms, rooms::VisibleHistory& visible,
                                      TimelineWanted wanted);

}  // namespace chancery::sync
