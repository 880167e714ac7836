// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/room_modules.hpp"

#include "base/log.hpp"
#include "protocol/api_error.hpp"

namespace chancery::server {
namespace {

// What is done to a person's rooms is done in their name.
rooms::Actor actor_for(const protocol::UserId& user) {
  return {.user = user, .device = {}, .subject = {.user = user, .role = policy::Role::user}};
}

bool is_public(const rooms::CachedEventPtr& join_rules) {
  if (!join_rules) return false;
  return base::find_string(join_rules->event->content(), "join_rule") == "public";
}

}  // namespace

runtime::Task<> RoomsOfPeople::show_profile(protocol::UserId user,
                                            accounts::MemberProfile /*profile*/) {
  co_await acts_.propagate_profile(actor_for(user));
}

runtime::Task<> RoomsOfPeople::leave_all(protocol::UserId user) {
  const auto current = rooms_.memberships().current_rooms(user);
  for (const rooms::UserRoom& room : *current) {
    try {
      co_await acts_.leave(actor_for(user), room.id, std::nullopt);
    } catch (const protocol::ApiError& error) {
      // One room that refuses must not keep the person in the others.
      base::log_warn("a deactivated person could not leave a room",
                     {{"room", room.id.text()}, {"why", error.what()}});
    }
  }
}

runtime::Task<bool> RoomsOfPeople::may_find(protocol::UserId searcher, protocol::UserId found) {
  if (rooms_.memberships().share_room(searcher, found)) co_return true;
  const auto current = rooms_.memberships().current_rooms(found);
  for (const rooms::UserRoom& each : *current) {
    if (each.membership != rooms::Membership::join) continue;
    const rooms::RoomPtr room = co_await rooms_.get(each.room);
    if (is_public(room->core()->join_rules)) co_return true;
  }
  co_return false;
}

RoomModules::RoomModules(Stores& stores, const Config& config, const Ports& ports)
    : write_ports{.rooms = ports.rooms,
                  .committer = stores.committer,
                  .keys = stores.key_ring,
                  .recorder = stores.recorder,
                  .random = ports.random,
                  .clock = ports.clock,
                  .server = ports.server},
      aliases(write_ports, stores.directory),
      sending(write_ports, aliases),
      member_acts(write_ports, stores.profiles),
      creation(write_ports, stores.profiles, {.default_version = config.rooms.default_version}),
      of_people(ports.rooms, member_acts) {}

}  // namespace chancery::server
