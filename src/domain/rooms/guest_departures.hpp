// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Guest departures: whoever is a guest here leaves rooms that let guests in no more.
//
// Rooms whose m.room.guest_access changed, or lost its content by a redaction, are remembered as
// the feed tells of them; `sweep` then makes guests leave. What a stop of the server cut short,
// or a failure of the store, `resume` does.
//
// Concurrency: any scheduler; one `sweep` or `resume` at a time.
// Failure:     StorageError. A room that cannot be left is logged and passed over.
// Spec:        client-server, "Guest Access".

#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/rooms.hpp"
#include "storage/accounts.hpp"
#include "storage/commit/committer.hpp"

#include <mutex>
#include <set>
#include <vector>

namespace chancery::rooms {

// Whether guests may be in a room of that state.
[[nodiscard]] bool lets_guests_in(const CoreState& core);

class GuestDepartures {
 public:
  struct Ports {
    Rooms& rooms;
    MemberActs& acts;
    storage::AccountStore& accounts;
    storage::CommittedChanges& feed;  // a follower is added
  };
  explicit GuestDepartures(Ports ports);

  // Goes through the rooms that were remembered since the last time.
  runtime::Task<> sweep();
  // Goes through all guests in all of their rooms.
  runtime::Task<> resume();

 private:
  storage::FeedReader follower();
  runtime::Task<> leave(protocol::UserId guest, protocol::RoomId room);

  Ports ports_;
  std::mutex mutex_;
  std::set<storage::RoomNumber> changed_;
  std::vector<protocol::EventId> redacted_;  // whatever they are
};

}  // namespace chancery::rooms
