// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Room sight: from which event on somebody sees everything of a room, as far as that is cheap to
// know.
//
// Concurrency: one task.

#include "domain/rooms/rooms.hpp"
#include "domain/rooms/visible_history.hpp"
#include "domain/search/lookup.hpp"

#include <unordered_map>

namespace chancery::search {

class RoomSight final : public KnownSight {
 public:
  RoomSight(rooms::Rooms& rooms, const rooms::VisibleHistory& visible, protocol::UserId user)
      : rooms_(rooms), visible_(visible), user_(std::move(user)) {}
  runtime::Task<storage::EventNumber> seen_from(storage::RoomNumber room) override;

 private:
  runtime::Task<storage::EventNumber> find_out(storage::RoomNumber room);

  rooms::Rooms& rooms_;
  const rooms::VisibleHistory& visible_;
  protocol::UserId user_;
  std::unordered_map<storage::RoomNumber, storage::EventNumber> known_;
};

}  // namespace chancery::search
