// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/room_acts.hpp"

#include "protocol/api_error.hpp"

#include <algorithm>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kPowerLevels = "m.room.power_levels";
constexpr std::int64_t kUsualMost = 100;

ApiError no_such_room() { return {ErrorCode::not_found, "There is no such room"}; }

bool is_open(const rooms::Room& room) {
  const std::shared_ptr<const rooms::CoreState> core = room.core();
  return core->join_rules &&
         base::find_string(core->join_rules->event->content(), "join_rule") == "public";
}

rooms::Membership membership_of(const rooms::Room& room, const protocol::UserId& user) {
  const std::optional<rooms::Member> member = room.find_member(user);
  return member ? member->membership : rooms::Membership::leave;
}

}  // namespace

runtime::Task<PowerfulMember> RoomActs::find_granter(rooms::RoomPtr room) {
  const std::shared_ptr<const rooms::CoreState> core = room->core();
  const std::int64_t needed = power_in(*core).needed_to_send(kPowerLevels, true);
  std::optional<PowerfulMember> best =
      co_await find_most_powerful(ports_.accounts, room, server_, needed);
  if (!best) {
    throw ApiError(ErrorCode::forbidden, "No member of this server may give power in the room")
        .because("room_acts.no_granter");
  }
  // Creators stand above every number; what they give is one that can be written.
  best->level = std::min(best->level, std::max(kUsualMost, needed));
  co_return *std::move(best);
}

runtime::Task<> RoomActs::grant_power(accounts::Session by, protocol::RoomId id,
                                      protocol::UserId user) {
  co_await ports_.moderation.look_at(by, user);
  const rooms::RoomPtr room = co_await ports_.rooms.find(id);
  if (!room) throw no_such_room();
  const PowerfulMember granter = co_await find_granter(room);
  const rooms::Actor& actor = granter.actor;
  co_await ports_.commits.record(act_of(by, "room.grant_power", user.text(), id.text()));
  co_await ports_.sending.give_power(actor, {.room = id, .user = user, .level = granter.level});
  const rooms::Membership now = membership_of(*room, user);
  if (now == rooms::Membership::join || now == rooms::Membership::invite || is_open(*room)) {
    co_return;
  }
  co_await ports_.members.invite(actor, {.room = id, .user = std::move(user), .reason = {}});
}

runtime::Task<> RoomActs::bring_in(accounts::Session by, protocol::RoomId id,
                                   protocol::UserId user) {
  const storage::StoredAccount account = co_await ports_.moderation.look_at(by, user);
  if (account.standing.deactivated) {
    throw ApiError(ErrorCode::not_found, "There is no such account");
  }
  // Before they are invited to what they may not join.
  const rooms::Actor joining = rooms::actor_of(account);
  if (joining.subject.standing != policy::Standing::good) {
    throw ApiError(ErrorCode::forbidden, "This account is suspended or locked");
  }
  const rooms::RoomPtr room = co_await ports_.rooms.find(id);
  if (!room) throw no_such_room();
  co_await ports_.commits.record(act_of(by, "room.bring_in", user.text(), id.text()));
  if (!is_open(*room) && membership_of(*room, user) != rooms::Membership::invite) {
    co_await ports_.members.invite(rooms::actor_of(by), {.room = id, .user = user, .reason = {}});
  }
  co_await ports_.members.join(joining, {.room = std::move(id), .reason = {}});
}

}  // namespace chancery::admin
