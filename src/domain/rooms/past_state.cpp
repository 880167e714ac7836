// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/past_state.hpp"

namespace chancery::rooms {

runtime::Task<storage::StateRoot> state_at(Rooms& rooms, RoomPtr room, storage::StreamPosition at) {
  if (const auto known = room->find_state_at(at)) co_return *known;
  const auto before = co_await rooms.load_timeline({.room = room->number(),
                                                    .after = {},
                                                    .until = at,
                                                    .direction = storage::Direction::backwards,
                                                    .limit = 1});
  co_return before.empty() ? storage::StateRoot{} : before.front()->state_after;
}

}  // namespace chancery::rooms
