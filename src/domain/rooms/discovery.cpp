// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/discovery.hpp"

#include "domain/rooms/restricted_join.hpp"
#include "protocol/history_visibility.hpp"

#include <string_view>

namespace chancery::rooms {

bool may_discover(Rooms& rooms, const Room& room, const std::optional<protocol::UserId>& user) {
  const std::optional<Member> member = user ? room.find_member(*user) : std::nullopt;
  if (member && member->membership == Membership::join) return true;
  if (member && member->membership == Membership::ban) return false;
  if (member && member->membership == Membership::invite) return true;
  const std::shared_ptr<const CoreState> core = room.core();
  const protocol::HistoryVisibility visibility = protocol::history_visibility_in(
      core->history_visibility ? &core->history_visibility->event->content() : nullptr);
  if (visibility == protocol::HistoryVisibility::world_readable) return true;
  if (!core->join_rules) return false;
  const base::JsonObject& rules = core->join_rules->event->content();
  const std::string_view rule = base::find_string(rules, "join_rule").value_or("invite");
  if (rule == "public" || rule == "knock" || rule == "knock_restricted") return true;
  return rule == "restricted" && user && is_in_allowed_room(rooms, rules, *user);
}

}  // namespace chancery::rooms
