// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/acting.hpp"

#include <utility>

namespace chancery::admin {

audit::Act act_of(const accounts::Session& by, std::string act, std::string object,
                  std::string context) {
  return {.kind = "admin",
          .who = by.user.text(),
          .device = by.device.text(),
          .act = std::move(act),
          .object = std::move(object),
          .context = std::move(context)};
}

rooms::Actor actor_for(const protocol::UserId& user) {
  return {.user = user,
          .device = {},
          .subject = {.user = user, .role = policy::Role::user, .authenticated_at = {}}};
}

protocol::PowerLevels power_in(const rooms::CoreState& core) {
  return {.create = core.create->event.get(),
          .power_levels = core.power_levels ? core.power_levels->event.get() : nullptr};
}

std::optional<PowerfulMember> find_most_powerful(const rooms::Room& room,
                                                 const protocol::ServerName& server,
                                                 std::int64_t needed) {
  const std::shared_ptr<const rooms::CoreState> core = room.core();
  const protocol::PowerLevels power = power_in(*core);
  std::optional<PowerfulMember> best;
  for (const rooms::Member& member : room.members()) {
    if (member.membership != rooms::Membership::join) continue;
    if (member.user.server_name() != server.text()) continue;
    const std::int64_t level = power.of(member.user);
    if (level < needed || (best && best->level >= level)) continue;
    best = PowerfulMember{.user = member.user, .level = level};
  }
  return best;
}

}  // namespace chancery::admin
