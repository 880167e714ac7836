// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Joined rooms: the port through which accounts reach the rooms that a person is in.
//
// domain/rooms implements it: member events carry a person's name and picture, and whoever is
// deactivated leaves.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chancery::accounts {

// The part of a profile that member events carry.
struct MemberProfile {
  std::optional<std::string> displayname;
  std::optional<std::string> avatar_url;
  friend bool operator==(const MemberProfile&, const MemberProfile&) = default;
};

class JoinedRooms {
 public:
  virtual ~JoinedRooms() = default;
  // Sends new member events to every room that `user` is joined to. A room that refuses is passed
  // over.
  virtual runtime::Task<> show_profile(protocol::UserId user, MemberProfile profile) = 0;
  // Leaves what `user` is joined to and declines what they are invited to.
  virtual runtime::Task<> leave_all(protocol::UserId user) = 0;
  // True if both are joined to one room now. A person shares with themself.
  [[nodiscard]] virtual bool share_room(const protocol::UserId& left,
                                        const protocol::UserId& right) const = 0;
  // Those of `people`, in their order, who share a room with `searcher` or are in one that anyone
  // may join.
  virtual runtime::Task<std::vector<protocol::UserId>> find_visible(
      protocol::UserId searcher, std::vector<protocol::UserId> people) = 0;
};

}  // namespace chancery::accounts
