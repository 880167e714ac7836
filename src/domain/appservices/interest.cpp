// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/appservices/interest.hpp"

#include <algorithm>

namespace chancery::appservices {

runtime::Task<bool> Interest::is_named(storage::RoomNumber room) {
  if (service_.covers(ports_.rooms.get_id(room))) co_return true;
  if (service_.facts().aliases.empty()) co_return false;
  const auto aliases = co_await ports_.directory.load_aliases(room);
  co_return std::ranges::any_of(
      aliases, [this](const storage::StoredAlias& each) { return service_.covers(each.alias); });
}

runtime::Task<Interest::OfRoom*> Interest::load(storage::RoomNumber room) {
  const std::uint64_t aliases = signals_.aliases();
  if (aliases != aliases_seen_ && !service_.facts().aliases.empty()) rooms_.clear();
  aliases_seen_ = aliases;
  if (const auto known = rooms_.find(room); known != rooms_.end()) co_return &known->second;
  OfRoom loaded;
  loaded.named = co_await is_named(room);
  for (protocol::UserId& member : ports_.rooms.memberships().joined_members(room)) {
    if (service_.covers(member)) loaded.members.insert(std::move(member));
  }
  if (rooms_.size() >= kMostRooms) rooms_.clear();
  co_return &rooms_.insert_or_assign(room, std::move(loaded)).first->second;
}

runtime::Task<bool> Interest::wants(rooms::CachedEventPtr event) {
  const protocol::VerifiedEvent& what = *event->event;
  OfRoom& room = *co_await load(event->room);
  bool concerns = room.named || !room.members.empty() || service_.covers(what.sender());
  if (what.type() != "m.room.member" || !what.is_state()) co_return concerns;
  auto target = protocol::UserId::parse(*what.state_key());
  if (!target || !service_.covers(*target)) co_return concerns;
  if (base::find_string(what.content(), "membership") == "join") {
    room.members.insert(*std::move(target));
  } else {
    room.members.erase(*target);
  }
  co_return true;
}

runtime::Task<bool> Interest::wants(storage::RoomNumber room) {
  const OfRoom& known = *co_await load(room);
  co_return known.named || !known.members.empty();
}

runtime::Task<bool> Interest::is_inside(storage::RoomNumber room) {
  const OfRoom& known = *co_await load(room);
  co_return !known.members.empty();
}

}  // namespace chancery::appservices
