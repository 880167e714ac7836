// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Visible history: which events of a room a user may see.
//
// Most questions are answered from memory: what was sent while the user was in the room under their
// present membership, they saw. The rest looks at the state at each event.
//
// Concurrency: any thread.
// Spec: client-server, "Room History Visibility"; protocol/history_visibility.hpp decides.

#include "domain/rooms/rooms.hpp"

#include <vector>

namespace chancery::rooms {

class VisibleHistory {
 public:
  explicit VisibleHistory(Rooms& rooms) : rooms_(rooms) {}

  // Those of `events` that `user` may see, in their order. All are of `room`.
  runtime::Task<std::vector<CachedEventPtr>> filter(RoomPtr room, protocol::UserId user,
                                                    std::vector<CachedEventPtr> events);
  runtime::Task<bool> may_see(RoomPtr room, protocol::UserId user, CachedEventPtr event);

 private:
  struct Viewer;
  struct AtState;
  runtime::Task<Viewer> describe(RoomPtr room, protocol::UserId user);
  runtime::Task<bool> decide(Viewer& viewer, CachedEventPtr event);
  runtime::Task<AtState> look_up(storage::StateRoot root, const protocol::UserId& user);

  Rooms& rooms_;
};

}  // namespace chancery::rooms
