// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scans of a timeline for what notifies one member, newest event first.
//
// What a member sent acts as a receipt for the thread that it went to; changes of their own
// membership or profile do not. A scan ends at the unthreaded receipt, at the member's coming into
// the room, or at its bounds. What was redacted notifies nobody.

#include "domain/push/flat_events.hpp"
#include "domain/push/member_view.hpp"
#include "domain/push/read_marks.hpp"
#include "domain/push/unread_list.hpp"
#include "domain/rooms/rooms.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace chancery::push {

// After what the member read in the main timeline, for the sake of threads.
inline constexpr std::size_t kMostScannedBehindMain = 128;

// `outcome`, which notifies, is one of `rules`.
[[nodiscard]] UnreadEvent make_unread(const rooms::CachedEvent& event, std::string thread,
                                      const RulesInForce& rules,
                                      const protocol::PushOutcome& outcome);

struct Scanned {
  std::vector<UnreadEvent> unread;  // oldest first
  ReadMarks own;                    // by what the member sent
};

class UnreadScan {
 public:
  struct Range {
    storage::RoomNumber room;
    storage::StreamPosition after;
    storage::StreamPosition until;
    std::size_t most_events = 0;  // that are looked at
  };
  // Outlived by all of them.
  UnreadScan(rooms::Rooms& rooms, FlatEvents& flat, const MemberView& view)
      : rooms_(rooms), flat_(flat), view_(view) {}

  // `read`: by receipts.
  runtime::Task<Scanned> run(Range range, ReadMarks read);

 private:
  enum class Next : std::uint8_t { go_on, stop };
  runtime::Task<Next> look_at(rooms::CachedEventPtr event);

  rooms::Rooms& rooms_;
  FlatEvents& flat_;
  const MemberView& view_;
  ReadMarks read_;  // receipts and what was sent
  Scanned found_;
  std::size_t left_ = 0;  // events that may still be looked at
  std::size_t behind_main_ = 0;
};

// True for the member event by which `user` came into the room, and for any by which they are out
// of it: nothing before concerns them.
runtime::Task<bool> is_entry_of(rooms::Rooms& rooms, rooms::CachedEventPtr event,
                                protocol::UserId user);

}  // namespace chancery::push
