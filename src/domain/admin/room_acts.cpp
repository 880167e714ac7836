// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/room_acts.hpp"

#include "protocol/api_error.hpp"
#include "protocol/auth_rules.hpp"

#include <algorithm>
#include <functional>

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

base::JsonObject power_levels_of(const rooms::Room& room) {
  const std::shared_ptr<const rooms::CoreState> core = room.core();
  return core->power_levels ? core->power_levels->event->content() : base::JsonObject{};
}

}  // namespace

// By whom power is given, and how much.
struct RoomActs::Granter {
  rooms::Actor actor;
  std::int64_t level = 0;
};

// The members of this server who have the power to give some, the most powerful first.
std::vector<RoomActs::Powerful> RoomActs::find_powerful(const rooms::Room& room) const {
  const std::shared_ptr<const rooms::CoreState> core = room.core();
  const protocol::PowerLevels power{
      .create = core->create->event.get(),
      .power_levels = core->power_levels ? core->power_levels->event.get() : nullptr};
  const std::int64_t needed = power.needed_to_send(kPowerLevels, true);
  std::vector<Powerful> found;
  for (const rooms::Member& member : room.members()) {
    if (member.membership != rooms::Membership::join) continue;
    if (member.user.server_name() != server_.text()) continue;
    const std::int64_t level = power.of(member.user);
    if (level < needed) continue;
    // Creators stand above every number; what they give is one that can be written.
    found.push_back({.user = member.user,
                     .level = level,
                     .to_give = std::min(level, std::max(kUsualMost, needed))});
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &Powerful::level);
  return found;
}

// Nothing is done in the name of whoever may not do it now.
runtime::Task<RoomActs::Granter> RoomActs::find_granter(rooms::RoomPtr room) {
  for (const Powerful& each : find_powerful(*room)) {
    const auto account = co_await ports_.accounts.find(each.user);
    if (!account) continue;
    rooms::Actor actor = rooms::actor_of(*account);
    if (actor.subject.standing != policy::Standing::good) continue;
    co_return Granter{.actor = std::move(actor), .level = each.to_give};
  }
  throw ApiError(ErrorCode::forbidden, "No member of this server may give power in the room")
      .because("room_acts.no_granter");
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
  const Granter granter = co_await find_granter(room);
  const rooms::Actor& actor = granter.actor;
  co_await record(std::move(by), "room.grant_power", user, id);
  if (actor.user != user) {
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
  // Before they are invited to what they may not join.
  const rooms::Actor joining = rooms::actor_of(account);
  if (joining.subject.standing != policy::Standing::good) {
    throw ApiError(ErrorCode::forbidden, "This account is suspended or locked");
  }
  const rooms::RoomPtr room = co_await ports_.rooms.find(id);
  if (!room) throw no_such_room();
  co_await record(by, "room.bring_in", user, id);
  if (!is_open(*room) && membership_of(*room, user) != rooms::Membership::invite) {
    co_await ports_.members.invite(rooms::actor_of(by), {.room = id, .user = user, .reason = {}});
  }
  co_await ports_.members.join(joining, {.room = std::move(id), .reason = {}});
}

}  // namespace chancery::admin
