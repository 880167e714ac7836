// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Changes of membership: join, invite, leave, kick, ban, unban, knock, forget.
//
// Failure: ApiError, with the auth rule that denied in the log; nothing was stored then.
// Spec:    client-server, "Room membership", "Restricted rooms", "Knocking on rooms".

#include "domain/rooms/actor.hpp"
#include "domain/rooms/composition.hpp"
#include "domain/rooms/write_ports.hpp"
#include "storage/personal.hpp"

#include <optional>
#include <string>

namespace chancery::rooms {

struct JoinRequest {
  protocol::RoomId room;
  std::optional<std::string> reason;
  base::JsonObject extra = {};  // what the member event says besides, what it has to say left out
};
struct InviteRequest {
  protocol::RoomId room;
  protocol::UserId user;
  std::optional<std::string> reason;
  enum class Direct : std::uint8_t { no, yes } direct = Direct::no;
};
// What is done to someone by someone else.
struct TargetRequest {
  protocol::RoomId room;
  protocol::UserId user;
  std::optional<std::string> reason;
  enum class Act : std::uint8_t { kick, ban, unban } act = Act::kick;
};

class MemberActs {
 public:
  MemberActs(WritePorts ports, storage::ProfileStore& profiles)
      : ports_(std::move(ports)), profiles_(profiles) {}

  runtime::Task<> join(Actor actor, JoinRequest request);
  runtime::Task<> knock(Actor actor, JoinRequest request);
  runtime::Task<> invite(Actor actor, InviteRequest request);
  // Leaves a room, refuses an invite, takes back a knock. Whoever is out already stays out. An
  // invite to server notices is not refused: M_CANNOT_LEAVE_SERVER_NOTICE_ROOM.
  runtime::Task<> leave(Actor actor, protocol::RoomId room, std::optional<std::string> reason);
  // Kicks, bans or unbans.
  runtime::Task<> remove(Actor actor, TargetRequest request);
  // The room is gone from the user's lists, its history too. Requires to be out of it.
  runtime::Task<> forget(Actor actor, protocol::RoomId room);

  // Gives new member events to every room where the user is joined, after a change of profile.
  // What one room refuses is left as it is there.
  runtime::Task<> propagate_profile(Actor actor);

 private:
  struct Target {
    protocol::UserId user;
    base::JsonObject content;
  };
  runtime::Task<> put_member(Composition& composition, const Actor& actor, Target target);
  runtime::Task<> authorise_restricted(Composition& composition, const Room& room,
                                       const Actor& actor, base::JsonObject& content);
  void check_guest(const Actor& actor, const Room& room) const;
  runtime::Task<> refresh_member(const Actor& actor, storage::RoomNumber room);

  WritePorts ports_;
  storage::ProfileStore& profiles_;
};

}  // namespace chancery::rooms
