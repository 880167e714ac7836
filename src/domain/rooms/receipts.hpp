// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Receipts: how far each user has read each room, and each thread of it.
//
// Loaded for a room at the first question, then kept up by the feed of committed changes.
//
// Concurrency: any thread.
// Spec: client-server, "Receipts" and "Private read receipts", "Threaded read receipts".

#include "base/time.hpp"
#include "domain/accounts/account_data.hpp"
#include "domain/rooms/actor.hpp"
#include "domain/rooms/position_array.hpp"
#include "domain/rooms/write_ports.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/commit/committer.hpp"
#include "storage/receipts.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

using storage::StoredReceipt;
using ReceiptsOfRoom = std::vector<StoredReceipt>;

class Receipts {
 public:
  // Adds a reader to the feed.
  Receipts(WritePorts ports, storage::ReceiptStore& store, accounts::AccountData& account_data);

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

  // The position of the room's newest receipt; 0: none. Nanoseconds.
  [[nodiscard]] storage::StreamPosition last_position(storage::RoomNumber room) const {
    return last_.get(room);
  }
  // Receipts with a position after `after`. Others' private ones are the caller's to leave out.
  runtime::Task<ReceiptsOfRoom> load_since(storage::RoomNumber room, storage::StreamPosition after);
  // Those of one user, whatever their type.
  runtime::Task<ReceiptsOfRoom> load_of(storage::RoomNumber room, protocol::UserId user);
  // The position of the newest event that `user` has read by either type: unthreaded receipts, and
  // those of `thread`. 0: none.
  runtime::Task<storage::StreamPosition> read_up_to(storage::RoomNumber room, protocol::UserId user,
                                                    std::string thread);

 private:
  using Loaded = std::shared_ptr<const ReceiptsOfRoom>;
  runtime::Task<Loaded> of_room(storage::RoomNumber room);
  runtime::Task<CachedEventPtr> get_event_of_member(const Actor& actor, protocol::RoomId room,
                                                    protocol::EventId event);
  void apply(const storage::CommittedChange& change);
  Loaded find_loaded(storage::RoomNumber room) const;

  WritePorts ports_;
  storage::ReceiptStore& store_;
  accounts::AccountData& account_data_;
  PositionArray last_;
  mutable std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, Loaded> rooms_;
};

inline constexpr std::string_view kMainThread = "main";
// The thread that an event belongs to: the root's id, or kMainThread.
runtime::Task<std::string> find_thread(Rooms& rooms, CachedEventPtr event);

// The content of an `m.receipt` ephemeral event: receipts of others and `viewer`'s own, private
// ones of others left out. "" when none is left.
[[nodiscard]] std::string receipts_content(const ReceiptsOfRoom& receipts,
                                           const protocol::UserId& viewer);

}  // namespace chancery::rooms
