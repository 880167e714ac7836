// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moments: a user's rooms with a position up to which they are true, and which of them may have
// news since another.
//
// Concurrency: any thread.

#include "domain/sync/changed_rooms.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace chancery::sync {

struct Moment {
  std::shared_ptr<const rooms::UserRooms> rooms;  // forgotten ones too; never null
  storage::StreamPosition newest;                 // of the rooms' rows: equal for equal rooms
  storage::StreamPosition until;
};
runtime::Task<Moment> look(rooms::Memberships& memberships, storage::CommittedChanges& feed,
                           protocol::UserId user);
// The same where it needs no wait, which is nearly always; else absent.
[[nodiscard]] std::optional<Moment> look_at_once(const rooms::Memberships& memberships,
                                                 const storage::CommittedChanges& feed,
                                                 const protocol::UserId& user);

// What happened in rooms of `rooms` since `since`; absent where it is as well to look at all.
[[nodiscard]] std::optional<std::vector<ChangedRooms::ChangedRoom>> changes_in(
    const ChangedRooms& changed, const rooms::UserRooms& rooms, storage::StreamPosition since);
// Rooms of `rooms` outside of which nothing happened since `since`. Valid as long as `rooms`.
[[nodiscard]] std::vector<const rooms::UserRoom*> rooms_with_news(const ChangedRooms& changed,
                                                                  const rooms::UserRooms& rooms,
                                                                  storage::StreamPosition since);

}  // namespace chancery::sync
