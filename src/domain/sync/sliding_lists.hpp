// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The lists of a connection: a user's rooms that pass each filter, the most recently active first.
//
// They are made once and then kept in order by what changed; only when it changed which rooms pass
// at all (a membership, a tag, encryption switched on) they are made anew.
//
// Concurrency: any thread; the connection's turn is held.
// Spec: MSC4186, "Lists", "SlidingRoomFilter".

#include "domain/accounts/account_data.hpp"
#include "domain/rooms/visible_history.hpp"
#include "domain/sync/moment.hpp"
#include "domain/sync/room_traits.hpp"
#include "domain/sync/sliding_connection.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace chancery::sync {

class SlidingLists {
 public:
  struct Ports {
    rooms::Rooms& rooms;
    rooms::VisibleHistory& visible;
    accounts::AccountData& account_data;
    ChangedRooms& changed_rooms;
    RoomTraits& traits;
  };
  explicit SlidingLists(Ports ports) : ports_(ports) {}

  // Brings the connection's arrangement to `moment`.
  runtime::Task<> arrange(SlidingConnection& connection, const SlidingRules& rules,
                          const Moment& moment);
  // The same where it needs no wait: the rooms that changed only move up. False, and nothing is
  // done, where it may need one.
  [[nodiscard]] bool arrange_at_once(SlidingConnection& connection, const SlidingRules& rules,
                                     const Moment& moment);

 private:
  struct Making;
  // Whether they were in that room, and others put them out of it.
  runtime::Task<bool> is_thrown_out(rooms::UserRoom room);
  using Changes = std::vector<ChangedRooms::ChangedRoom>;
  [[nodiscard]] std::optional<Changes> find_changes(const SlidingConnection& connection,
                                                    const SlidingRules& rules,
                                                    const Moment& moment) const;
  // Whether account data since the lists were made may tell rooms apart that were alike.
  runtime::Task<bool> has_new_facts(const SlidingConnection& connection, const Moment& moment);
  [[nodiscard]] bool may_have_new_facts(const SlidingConnection& connection) const;
  void move_up(Arrangement& arrangement, const Changes& changed, const Moment& moment);
  runtime::Task<> make(SlidingConnection& connection, const SlidingRules& rules,
                       const Moment& moment);
  runtime::Task<PersonalFacts> load_facts(protocol::UserId user, bool with_tags);
  runtime::Task<> read_ahead(const SlidingConnection& connection, const rooms::UserRooms& rooms);
  runtime::Task<bool> is_eligible(const SlidingConnection& connection, rooms::UserRoom room);
  runtime::Task<std::vector<storage::RoomNumber>> filter(const Making& making, ListFilter wanted);
  runtime::Task<bool> passes(const Making& making, const ListFilter& wanted, rooms::UserRoom room);
  runtime::Task<std::unordered_set<std::string>> load_children(const rooms::UserRooms& rooms,
                                                               std::vector<std::string> spaces);
  // When anything happened last in the room, as far as the user may know.
  [[nodiscard]] storage::StreamPosition activity(const rooms::UserRoom& room) const;

  Ports ports_;
  std::atomic<std::uint64_t> makings_ = 0;
};

}  // namespace chancery::sync
