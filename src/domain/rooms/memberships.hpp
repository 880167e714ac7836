// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The index of memberships: who is joined where, by user and by room, in memory.
//
// Joins and invites are loaded at start; what else a user was (leave, ban, knock) on the first
// question about that user. Kept up by the feed of committed changes, before the change is
// acknowledged. The newest joins and leaves are kept in order; older ones are read from the store.
//
// Concurrency: any thread; answers are copies or immutable.

#include "domain/rooms/event_cache.hpp"
#include "domain/rooms/membership.hpp"
#include "domain/rooms/user_rooms.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/events.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace chancery::rooms {

class Memberships {
 public:
  static constexpr std::size_t kMostMoves = 10'000;  // joins and leaves in memory

  struct Ports {
    storage::EventStore& store;
    EventCache& events;
  };
  // `start`: the position that the store is at.
  Memberships(Ports ports, storage::StreamPosition start)
      : ports_(ports), moves_after_(start), newest_move_(start.value) {}

  // Before the first commit, and before anyone asks.
  runtime::Task<> load();
  // For the reader of the feed.
  void apply(const storage::CommittedChange& change);

  // Joined and invited rooms, at once.
  [[nodiscard]] CurrentRooms current_rooms(const protocol::UserId& user) const;
  // Every room that the user ever was in or invited to, forgotten ones too. Never null.
  runtime::Task<std::shared_ptr<const UserRooms>> all_rooms(protocol::UserId user);
  // The same, with the position of the newest change of any row, so that nobody needs to look
  // through them.
  struct KnownRooms {
    std::shared_ptr<const UserRooms> rooms;
    storage::StreamPosition newest;
  };
  runtime::Task<KnownRooms> all_known_rooms(protocol::UserId user);
  // The same where they are in memory; else absent.
  [[nodiscard]] std::optional<KnownRooms> find_known_rooms(const protocol::UserId& user) const;

  [[nodiscard]] bool is_joined(storage::RoomNumber room, const protocol::UserId& user) const;
  [[nodiscard]] std::vector<protocol::UserId> joined_members(storage::RoomNumber room) const;
  [[nodiscard]] std::size_t count_joined(storage::RoomNumber room) const;
  // Calls `look` with everyone joined, under the index's lock: quick, and no question back to the
  // index. Not called for a room where nobody is.
  using JoinedUsers = std::unordered_set<protocol::UserId>;
  void look_at_joined(storage::RoomNumber room,
                      const std::function<void(const JoinedUsers&)>& look) const;

  // True if both are joined to one room now. A user shares with themself.
  [[nodiscard]] bool share_room(const protocol::UserId& left, const protocol::UserId& right) const;
  // The rooms that both are joined to, by number.
  [[nodiscard]] std::vector<UserRoom> mutual_rooms(const protocol::UserId& left,
                                                   const protocol::UserId& right) const;
  // With whom `user` came to share a room at positions after < p ≤ until, and with whom they ceased
  // to share any. Some who shared one before may be among those who came.
  struct CompanyChanges {
    std::unordered_set<protocol::UserId> came;
    // Those among them who entered a room where `user` is; the others were found by entering.
    std::unordered_set<protocol::UserId> entered;
    std::unordered_set<protocol::UserId> gone;
  };
  runtime::Task<CompanyChanges> load_company_changes(protocol::UserId user,
                                                     storage::StreamPosition after,
                                                     storage::StreamPosition until);
  // False only if nobody entered or left any room after `after`. Without a lock.
  [[nodiscard]] bool may_have_moved(storage::StreamPosition after) const {
    return after.value < newest_move_.load();
  }
  // Everyone joined to a room that `user` is joined to; `user` is among them if joined anywhere.
  [[nodiscard]] std::unordered_set<protocol::UserId> users_sharing_with(
      const protocol::UserId& user) const;

 private:
  struct OfUser {
    std::shared_ptr<const UserRooms> rooms = std::make_shared<UserRooms>();
    bool complete = false;  // has leave, ban and knock rows too
    storage::StreamPosition newest;
  };
  // Somebody entered a room or went out of it.
  struct Move {
    storage::StreamPosition position;
    storage::RoomNumber room;
    protocol::UserId user;
    enum class Way : std::uint8_t { in, out } way = Way::in;
    // Where only this is known of somebody who is outside, the newest member event: they may have
    // been outside all the time. Else 0.
    storage::EventNumber may_be_of = {};
  };
  void set(UserRoom row, const protocol::UserId& user);
  void remove_room(storage::RoomNumber room, storage::StreamPosition position);
  void note_move(Move move);
  // Moves in all rooms that are in memory; else those in rooms of `viewer`.
  runtime::Task<std::vector<Move>> load_moves(protocol::UserId viewer,
                                              storage::StreamPosition after,
                                              storage::StreamPosition until);
  // Whether it took its user out of the room after `after`.
  runtime::Task<bool> took_out(Move move, storage::StreamPosition after);

  Ports ports_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<protocol::UserId, OfUser> by_user_;
  std::unordered_map<storage::RoomNumber, std::unordered_set<protocol::UserId>> joined_;
  std::unordered_map<storage::RoomNumber, protocol::RoomId> ids_;
  // Removed since the start: rows that were read before are not believed.
  std::unordered_set<storage::RoomNumber> removed_;
  std::deque<Move> moves_;                  // in order
  storage::StreamPosition moves_after_;     // `moves_` holds everything after this
  std::atomic<std::uint64_t> newest_move_;  // the last one's position; at first the store's
};

}  // namespace chancery::rooms
