// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Telling drafts: what the client of a sliding sync will know with an answer that is being made.
//
// Concurrency: whoever holds the connection's turn.

#include "domain/rooms/cached_event.hpp"
#include "domain/sync/sliding_connection.hpp"

#include <unordered_map>
#include <utility>
#include <vector>

namespace chancery::sync {

class TellingDraft {
 public:
  TellingDraft(const SlidingConnection& connection, ToldOfAll all)
      : connection_(connection), all_(std::move(all)) {}

  [[nodiscard]] ToldOfAll& all() { return all_; }
  // What the client will know of the room; as it is now unless it was changed here.
  [[nodiscard]] const ToldRoom& get(storage::RoomNumber room) const;
  void set(storage::RoomNumber room, const ToldRoom& told);
  // Events that the answer shows, of the rooms that it tells of.
  std::unordered_map<storage::RoomNumber, std::vector<rooms::CachedEventPtr>> timelines;
  // Whom it shows there, where profiles are asked for.
  std::unordered_map<storage::RoomNumber, std::vector<protocol::UserId>> people;

  [[nodiscard]] Telling finish() const;

 private:
  const SlidingConnection& connection_;
  ToldOfAll all_;
  std::unordered_map<storage::RoomNumber, ToldRoom> changed_;
};

}  // namespace chancery::sync
