// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The rooms of a person, as accounts reach them: their name in member events, and their going.

#include "domain/accounts/joined_rooms.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/rooms.hpp"

namespace chancery::rooms {

class PersonInRooms final : public accounts::JoinedRooms {
 public:
  PersonInRooms(Rooms& rooms, MemberActs& acts) : rooms_(rooms), acts_(acts) {}

  runtime::Task<> show_profile(protocol::UserId user, accounts::MemberProfile profile) override;
  runtime::Task<> leave_all(protocol::UserId user) override;
  [[nodiscard]] bool share_room(const protocol::UserId& left,
                                const protocol::UserId& right) const override;
  runtime::Task<std::vector<protocol::UserId>> find_visible(
      protocol::UserId searcher, std::vector<protocol::UserId> people) override;

 private:
  // What is known of rooms while one question is answered.
  struct OpenRooms;
  runtime::Task<bool> is_in_open_room(OpenRooms& open, protocol::UserId user);

  Rooms& rooms_;
  MemberActs& acts_;
};

}  // namespace chancery::rooms
