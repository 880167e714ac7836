// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What stands around a hit: events before and after it, who its senders then were, and the state of
// its room, as far as the searcher may see them.
//
// Concurrency: one task.
// Failure:     StorageError.
// Spec:        client-server, "Server Side Search", `event_context`, `include_state`.

#include "domain/rooms/reading.hpp"
#include "domain/search/search.hpp"

#include <optional>
#include <unordered_map>
#include <vector>

namespace chancery::search {

struct ContextWanted {
  std::size_t before = 5;
  std::size_t after = 5;
  enum class Profiles : std::uint8_t { no, yes } profiles = Profiles::no;
};
inline constexpr std::size_t kMostContext = 20;  // events on either side

struct HitContext {
  rooms::SeenEvents before;  // newest first
  rooms::SeenEvents after;   // oldest first
  storage::StreamPosition start;
  storage::StreamPosition end;
  std::vector<rooms::CachedEventPtr> members;  // of the senders, as they were with the hit
};

class HitContexts {
 public:
  HitContexts(rooms::Rooms& rooms, rooms::Reading& reading, protocol::UserId user)
      : rooms_(rooms), reading_(reading), user_(std::move(user)) {}

  runtime::Task<HitContext> load(rooms::CachedEventPtr hit, ContextWanted wanted);
  // The state of the room that the searcher sees now.
  runtime::Task<std::vector<rooms::CachedEventPtr>> load_state(storage::RoomNumber room);

 private:
  using View = std::optional<rooms::Reading::View>;
  runtime::Task<View> view_of(storage::RoomNumber room);
  runtime::Task<> load_members(const rooms::CachedEvent& hit, HitContext& context);

  rooms::Rooms& rooms_;
  rooms::Reading& reading_;
  protocol::UserId user_;
  std::unordered_map<storage::RoomNumber, View> views_;
};

}  // namespace chancery::search
