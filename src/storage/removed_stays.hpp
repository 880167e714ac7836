// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Stays in rooms that were removed: since when each of its people is out of it, kept for a while so
// that devices that were away can be told. Nothing else is left of such a room.
//
// Concurrency: a store is used from any scheduler.
// Failure:     StorageError.

#include "base/time.hpp"
#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <utility>
#include <vector>

namespace chancery::storage {

// --- mutations -------------------------------------------------------------------------------

// Of a room that a later mutation of the same change removes.
struct NoteRemovedStays {
  struct Stay {
    protocol::UserId user;
    EventNumber event;  // their newest member event
    // Joined, invited or knocking until now; or out since that event.
    enum class End : std::uint8_t { now, before } end = End::now;
  };
  RoomNumber room;
  protocol::RoomId id;
  base::Timestamp at;
  std::vector<Stay> stays;
};
// Those of rooms removed before `before`.
struct ForgetRemovedStays {
  base::Timestamp before;
};

// --- what is read ----------------------------------------------------------------------------

struct RemovedStay {
  RoomNumber room;
  protocol::RoomId id;
  StreamPosition removed;  // the room
  StreamPosition ended;    // the stay; 0: they never were in the room, nor invited
  base::Timestamp at;      // when the room was removed
};

class RemovedStayStore {
 public:
  virtual ~RemovedStayStore() = default;
  // In rooms removed at positions after < p ≤ until, in the order of their removal.
  virtual runtime::Task<std::vector<RemovedStay>> load_removed_stays(protocol::UserId user,
                                                                     StreamPosition after,
                                                                     StreamPosition until) = 0;
  // Everyone with any, with the position of the last removal.
  virtual runtime::Task<std::vector<std::pair<protocol::UserId, StreamPosition>>>
  load_last_removals() = 0;
};

}  // namespace chancery::storage
