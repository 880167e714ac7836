// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The state of one room in an answer: what the client cannot know from the timeline.
//
// Concurrency: any thread.
// Spec: client-server, "Syncing", "Lazy-loading room members".

#include "domain/rooms/rooms.hpp"
#include "domain/sync/sent_members.hpp"
#include "domain/sync/sync_request.hpp"
#include "domain/sync/timeline_section.hpp"

#include <vector>

namespace chancery::sync {

struct StateWanted {
  rooms::RoomPtr room;
  protocol::UserId viewer;
  storage::StateRoot known;  // what the client knows; empty: nothing
  storage::StateRoot shown;  // what it shall know
  const Timeline* timeline = nullptr;
  const protocol::RoomEventFilter* filter = nullptr;
  StatePlace place = StatePlace::before_timeline;
  // Named in the answer's summary: their member events are shown.
  std::vector<protocol::UserId> heroes;
  // What the syncs of this chain have told; null: members are not loaded lazily.
  SentMembers* sent = nullptr;
  std::uint64_t chain = 0;
  storage::StreamPosition until;  // of the answer
};

// False only if the section will be empty, and nothing need be noted.
[[nodiscard]] bool may_have_state(const StateWanted& wanted);
// State events in no promised order.
runtime::Task<std::vector<rooms::CachedEventPtr>> load_state_section(rooms::Rooms& rooms,
                                                                     StateWanted wanted);

}  // namespace chancery::sync
