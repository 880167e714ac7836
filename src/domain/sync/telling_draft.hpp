// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Telling drafts: what the client of a sliding sync will know with an answer that is being made.
//
// Concurrency: whoever holds the connection's turn.

#include "domain/rooms/cached_event.hpp"
#include "domain/sync/room_places.hpp"
#include "domain/sync/sliding_connection.hpp"

#include <utility>
#include <vector>

namespace chancery::sync {

class TellingDraft {
 public:
  TellingDraft(const SlidingConnection& connection, ToldOfAll all)
      : connection_(connection), telling_{.all = std::move(all), .rooms = {}} {}

  [[nodiscard]] ToldOfAll& all() { return telling_.all; }
  [[nodiscard]] const ToldOfAll& all() const { return telling_.all; }
  // What the client will know of the room; as it is now unless it was changed here. Valid until
  // something is changed.
  [[nodiscard]] const ToldRoom& get(storage::RoomNumber room) const;
  void set(storage::RoomNumber room, const ToldRoom& told);

  // What the answer shows of a room that it tells of.
  struct Shown {
    std::vector<rooms::CachedEventPtr> timeline;
    std::vector<protocol::UserId> people;  // where profiles are asked for
  };
  // Nothing of a room that it does not tell of.
  [[nodiscard]] const Shown& shown(storage::RoomNumber room) const;
  void show(storage::RoomNumber room, Shown shown);

  [[nodiscard]] Telling finish() && { return std::move(telling_); }

 private:
  std::size_t place_of(storage::RoomNumber room);

  const SlidingConnection& connection_;
  Telling telling_;
  RoomPlaces places_;         // in the rooms of `telling_`, and in
  std::vector<Shown> shown_;  // one for each of them
};

}  // namespace chancery::sync
