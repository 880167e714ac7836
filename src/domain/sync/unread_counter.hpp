// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The port through which sync asks how much of a room a user has not read.

#include "domain/rooms/rooms.hpp"
#include "domain/rooms/unread.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <optional>

namespace chancery::sync {

class UnreadCounter {
 public:
  virtual ~UnreadCounter() = default;
  // What `count` would say, where nobody need be waited for; absent: ask that.
  [[nodiscard]] virtual std::optional<rooms::UnreadCounts> find_at_hand(const protocol::UserId&,
                                                                        const rooms::Room&) {
    return std::nullopt;
  }
  virtual runtime::Task<rooms::UnreadCounts> count(protocol::UserId user, rooms::RoomPtr room) = 0;
};

}  // namespace chancery::sync
