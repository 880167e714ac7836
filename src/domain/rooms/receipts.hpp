// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Receipts: how far each user has read each room, and each thread of it.
//
// Loaded for a room at the first question, then kept up by the feed of committed changes. The rooms
// that nobody has asked about for longest go when there are too many receipts in memory.
//
// Concurrency: any thread.
// Spec: client-server, "Receipts" and "Private read receipts", "Threaded read receipts".

#include "base/time.hpp"
#include "domain/accounts/account_data.hpp"
#include "domain/accounts/ignored_users.hpp"
#include "domain/rooms/actor.hpp"
#include "domain/rooms/position_array.hpp"
#include "domain/rooms/room_receipts.hpp"
#include "domain/rooms/write_ports.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "runtime/turnstiles.hpp"
#include "storage/commit/committer.hpp"
#include "storage/receipts.hpp"

#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

class Receipts {
 public:
  static constexpr std::size_t kMostInMemory = 500'000;

  // Adds a reader to the feed.
  Receipts(WritePorts ports, storage::ReceiptStore& store, accounts::AccountData& account_data,
           std::size_t most_in_memory = kMostInMemory);

  // Before the first question.
  runtime::Task<> load();

  struct Mark {
    protocol::RoomId room;
    std::string type;  // "m.read" or "m.read.private"
    protocol::EventId event;
    std::string thread;  // "": unthreaded; "main", or a thread's root
  };
  // Moves the receipt forwards; one that would go back is passed over. Throws ApiError.
  runtime::Task<> mark(Actor actor, Mark mark);
  // Puts `m.fully_read` into the room's account data. Throws ApiError.
  runtime::Task<> mark_fully_read(Actor actor, protocol::RoomId room, protocol::EventId event);

  // The position of the room's newest receipt; 0: none. Without a lock.
  [[nodiscard]] storage::StreamPosition last_position(storage::RoomNumber room) const {
    return last_.get(room);
  }
  // Receipts with a position after `after`. Others' private ones are the caller's to leave out.
  runtime::Task<ReceiptsOfRoom> load_since(storage::RoomNumber room, storage::StreamPosition after);
  // Those of one user, whatever their type.
  runtime::Task<ReceiptsOfRoom> load_of(storage::RoomNumber room, protocol::UserId user);
  // Receipts in memory.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Loaded {
    RoomReceipts receipts;
    std::list<storage::RoomNumber>::iterator use;
  };
  runtime::Task<> load_room(storage::RoomNumber room);
  // With the mutex held; null when the room is not loaded.
  RoomReceipts* find_loaded(storage::RoomNumber room);
  void trim();
  template <typename Answer>
  runtime::Task<Answer> ask(storage::RoomNumber room,
                            std::function<Answer(const RoomReceipts&)> question);
  runtime::Task<CachedEventPtr> get_event_of_member(const Actor& actor, protocol::RoomId room,
                                                    protocol::EventId event);
  void apply(const storage::PutReceipt& put, storage::StreamPosition position);
  void forget(storage::RoomNumber room);

  WritePorts ports_;
  storage::ReceiptStore& store_;
  accounts::AccountData& account_data_;
  PositionArray last_;
  const std::size_t most_in_memory_;
  runtime::Turnstiles<protocol::UserId> marking_;
  mutable std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, Loaded> rooms_;
  std::list<storage::RoomNumber> uses_;  // of rooms_, last used first
  std::size_t size_ = 0;                 // receipts in rooms_
};

inline constexpr std::string_view kMainThread = "main";
// The thread that an event belongs to: the root's id, or kMainThread.
runtime::Task<std::string> find_thread(Rooms& rooms, CachedEventPtr event);

// Takes away what `viewer` is not shown: private ones of others, and those of whom they ignore.
void keep_shown(ReceiptsOfRoom& receipts, const protocol::UserId& viewer,
                const accounts::IgnoredUsers::Users& ignored);

// Contents of `m.receipt` events, as few as have a place for each of `receipts`. Mostly one; but a
// content has one place for an event, a type and a user, and what relates to a thread's root may be
// marked in that thread and in the main timeline. The first has the unthreaded ones, then those of
// the main timeline (MSC4102).
[[nodiscard]] std::vector<std::string> receipts_contents(const ReceiptsOfRoom& receipts);

}  // namespace chancery::rooms
