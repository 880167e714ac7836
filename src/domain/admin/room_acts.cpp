// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/room_acts.hpp"

#include "protocol/api_error.hpp"
#include "protocol/auth_rules.hpp"

#include <algorithm>

namespace chancery::admin {
namespace {

using protocol::ApiError;
using protocol::ErrorCode;

constexpr std::string_view kPowerLevels = "m.room.power_levels";
constexpr std::int64_t kUsualMost = 100;

rooms::Actor actor_for(const protocol::UserId& user) {
  return {.user = user,
          .device = {},
          .subject = {.user = user, .role = policy::Role::user, .authenticated_at = {}}};
}

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

base::JsonObject power_levels_of(const rooms::Room& room) {
  const std::shared_ptr<const rooms::CoreState> core = room.core();
  return core->power_levels ? core->power_levels->event->content() : base::JsonObject{};
}

}  // namespace

// By whom power is given, and how much.
struct RoomActs::Granter {
  protocol::UserId user;
  std::int64_t level = 0;
};

RoomActs::Granter RoomActs::find_granter(const rooms::Room& room) const {
  const std::shared_ptr<const rooms::CoreState> core = room.core();
  const protocol::PowerLevels power{
      .create = core->create->event.get(),
      .power_levels = core->power_levels ? core->power_levels->event.get() : nullptr};
  const std::int64_t needed = power.needed_to_send(kPowerLevels, true);
  std::optional<Granter> best;
  for (const rooms::Member& member : room.members()) {
    if (member.membership != rooms::Membership::join) continue;
    if (member.user.server_name() != server_.text()) continue;
    const std::int64_t level = power.of(member.user);
    if (level < needed || (best && best->level >= level)) continue;
    best = Granter{.user = member.user, .level = level};
  }
  if (!best) {
    throw ApiError(ErrorCode::forbidden, "No member of this server may give power in the room")
        .because("room_acts.no_granter");
  }
  // Creators stand above every number; what they give is one that can be written.
  best->level = std::min(best->level, std::max(kUsualMost, needed));
  return *best;
}

runtime::Task<> RoomActs::record(accounts::Session by, std::string act, protocol::UserId user,
                                 protocol::RoomId room) {
  co_await ports_.commits.record({.kind = "admin",
                                  .who = by.user.text(),
                                  .device = by.device.text(),
                                  .act = std::move(act),
                                  .object = user.text(),
                                  .context = room.text()});
}

runtime::Task<> RoomActs::grant_power(accounts::Session by, protocol::RoomId id,
                                      protocol::UserId user) {
  co_await ports_.moderation.look_at(by, user);
  const rooms::RoomPtr room = co_await ports_.rooms.find(id);
  if (!room) throw no_such_room();
  const Granter granter = find_granter(*room);
  co_await record(std::move(by), "room.grant_power", user, id);
  const rooms::Actor actor = actor_for(granter.user);
  if (granter.user != user) {
    base::JsonObject content = power_levels_of(*room);
    base::Json& users = content["users"];
    if (!users.is_object()) users = base::JsonObject{};
    users.get_object()[user.text()] = granter.level;
    co_await ports_.sending.set_state(
        actor,
        {.room = id, .type = std::string(kPowerLevels), .key = "", .content = std::move(content)});
  }
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
  const rooms::RoomPtr room = co_await ports_.rooms.find(id);
  if (!room) throw no_such_room();
  co_await record(by, "room.bring_in", user, id);
  if (!is_open(*room) && membership_of(*room, user) != rooms::Membership::invite) {
    co_await ports_.members.invite(rooms::actor_of(by), {.room = id, .user = user, .reason = {}});
  }
  co_await ports_.members.join(actor_for(user), {.room = std::move(id), .reason = {}});
}

}  // namespace chancery::admin
