// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/admin/acting.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace chancery::admin {
namespace {

// Joined members of that server with at least so much power, the most powerful first.
std::vector<std::pair<std::int64_t, protocol::UserId>> find_powerful(
    const rooms::Room& room, const protocol::ServerName& server, std::int64_t needed) {
  const std::shared_ptr<const rooms::CoreState> core = room.core();
  const protocol::PowerLevels power = power_in(*core);
  std::vector<std::pair<std::int64_t, protocol::UserId>> found;
  for (const rooms::Member& member : room.members()) {
    if (member.membership != rooms::Membership::join) continue;
    if (member.user.server_name() != server.text()) continue;
    const std::int64_t level = power.of(member.user);
    if (level >= needed) found.emplace_back(level, member.user);
  }
  std::ranges::sort(found, [](const auto& left, const auto& right) {
    return left.first != right.first ? left.first > right.first : left.second < right.second;
  });
  return found;
}

}  // namespace

audit::Act act_of(const accounts::Session& by, std::string act, std::string object,
                  std::string context) {
  return {.kind = "admin",
          .who = by.user.text(),
          .device = by.device.text(),
          .act = std::move(act),
          .object = std::move(object),
          .context = std::move(context)};
}

protocol::PowerLevels power_in(const rooms::CoreState& core) {
  return {.create = core.create->event.get(),
          .power_levels = core.power_levels ? core.power_levels->event.get() : nullptr};
}

runtime::Task<std::optional<PowerfulMember>> find_most_powerful(accounts::Accounts& accounts,
                                                                rooms::RoomPtr room,
                                                                protocol::ServerName server,
                                                                std::int64_t needed) {
  for (const auto& [level, user] : find_powerful(*room, server, needed)) {
    const auto account = co_await accounts.find(user);
    if (!account) continue;
    rooms::Actor actor = rooms::actor_of(*account);
    if (actor.subject.standing != policy::Standing::good) continue;
    co_return PowerfulMember{.actor = std::move(actor), .level = level};
  }
  co_return std::nullopt;
}

}  // namespace chancery::admin
