// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Hierarchies of spaces: the rooms that a space leads to, as far as a user may know of them.
//
// The tree is walked depth first, children in the order that their space gives them; a room that
// may not be seen hides what is behind it. Each room comes once.
//
// Concurrency: any scheduler.
// Failure:     ApiError forbidden for a root that may not be seen; StorageError.
// Spec:        client-server, "Spaces"; GET /rooms/{roomId}/hierarchy.

#include "domain/rooms/directory.hpp"
#include "domain/rooms/rooms.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace chancery::rooms {

class Hierarchy {
 public:
  static constexpr std::size_t kMostWalked = 2'000;  // rooms of one tree

  explicit Hierarchy(Rooms& rooms) : rooms_(rooms) {}

  struct Request {
    protocol::UserId user;
    protocol::RoomId root;
    // An owner of the server sees what every room is.
    enum class Sight : std::uint8_t { own, all } sight = Sight::own;
    enum class Children : std::uint8_t { all, suggested } children = Children::all;
    std::size_t max_depth = 0;  // of the root: 0
    std::size_t skip = 0;       // rooms that were told before
    std::size_t limit = 0;
  };
  struct Found {
    ShownRoom room;
    std::vector<CachedEventPtr> children;  // m.space.child events, in order
  };
  struct Page {
    std::vector<Found> rooms;
    std::optional<std::size_t> next;  // to skip; absent: that was all
  };
  runtime::Task<Page> load(Request request);

 private:
  runtime::Task<std::vector<CachedEventPtr>> children_of(RoomPtr room, Request::Children wanted);

  Rooms& rooms_;
};

}  // namespace chancery::rooms
