// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Notices: that one event notified one person, on its way to their pushers.

#include "protocol/push_evaluation.hpp"
#include "runtime/clock.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <memory>

namespace chancery::push {

struct Notice {
  storage::RoomNumber room;
  storage::EventNumber event;
  storage::StreamPosition position;
  // Of an invite there is no unread counter: it stands until it is answered.
  enum class Kind : std::uint8_t { message, call, invite } kind = Kind::message;
  std::shared_ptr<const protocol::PushOutcome> outcome;  // never null
  runtime::SteadyTime noted_at;
};

// What waits for a person, in all their rooms.
struct BadgeCounts {
  std::uint64_t unread = 0;  // invites among them
  std::uint64_t missed_calls = 0;
  friend bool operator==(const BadgeCounts&, const BadgeCounts&) = default;
};

}  // namespace chancery::push
