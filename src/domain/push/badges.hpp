// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Badges: how much is unread for a person in all their rooms.
//
// Which rooms may have something unread is kept for those who are told of it; how much it is, the
// unread counters say.
//
// Concurrency: none; everything on one scheduler.
// Failure:     StorageError.
// Spec:        push-gateway, "counts".

#include "domain/push/notice.hpp"
#include "domain/push/unread_counters.hpp"
#include "domain/rooms/rooms.hpp"
#include "domain/rooms/visible_history.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <unordered_map>

namespace chancery::push {

class Badges {
 public:
  static constexpr std::size_t kMostPeople = 20'000;

  Badges(rooms::Rooms& rooms, rooms::VisibleHistory& visible, UnreadCounters& counters)
      : rooms_(rooms), visible_(visible), counters_(counters) {}

  // Something came that may be unread.
  void note(const protocol::UserId& user, storage::RoomNumber room);
  // Their rules are others now: anything may be unread.
  void forget(const protocol::UserId& user) { people_.erase(user); }
  runtime::Task<BadgeCounts> count(protocol::UserId user);

 private:
  // By room; the number is another at each note, so that a count that began before is no proof.
  using MaybeUnread = std::unordered_map<storage::RoomNumber, std::uint64_t>;
  MaybeUnread& look_up(const protocol::UserId& user);
  // Invites that are shown to them.
  runtime::Task<std::uint64_t> count_invites(protocol::UserId user);

  rooms::Rooms& rooms_;
  rooms::VisibleHistory& visible_;
  UnreadCounters& counters_;
  std::unordered_map<protocol::UserId, MaybeUnread> people_;
  std::uint64_t notes_ = 0;
};

}  // namespace chancery::push
