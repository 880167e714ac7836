// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/rooms/routes.hpp"

#include <utility>

namespace chancery::client {

std::vector<boundary::Route> room_routes(const RoomServices& services) {
  std::vector<boundary::Route> routes;
  routes.push_back(create_room(services));
  routes.push_back(upgrade_room(services.upgrading, services.upgraded));
  routes.push_back(send_event(services.sending, services.delayed));
  routes.push_back(set_state(services.sending, services.delayed));
  routes.push_back(redact_event(services.sending));
  for (boundary::Route& route : join_routes(services)) routes.push_back(std::move(route));
  routes.push_back(knock_room(services.members, services.aliases));
  routes.push_back(invite_member(services.members, services.address_invites));
  routes.push_back(leave_room(services.members));
  routes.push_back(kick_member(services.members));
  routes.push_back(ban_member(services.members));
  routes.push_back(unban_member(services.members));
  routes.push_back(forget_room(services.members));
  routes.push_back(joined_rooms(services.rooms));
  routes.push_back(get_alias(services.aliases));
  routes.push_back(create_alias(services.aliases));
  routes.push_back(remove_alias(services.aliases));
  routes.push_back(list_aliases(services.aliases));
  routes.push_back(get_public_rooms(services.directory));
  routes.push_back(search_public_rooms(services.directory));
  routes.push_back(get_directory_entry(services.directory));
  routes.push_back(put_directory_entry(services.directory));
  routes.push_back(space_hierarchy(services.hierarchy));
  routes.push_back(space_hierarchy_for_owners(services.hierarchy));
  routes.push_back(room_summary(services.rooms, services.aliases));
  routes.push_back(mutual_rooms(services.rooms));
  routes.push_back(report_event(services.reports));
  routes.push_back(report_room(services.reports));
  routes.push_back(report_user(services.reports));
  for (boundary::Route& route : delayed_event_routes(services.delayed)) {
    routes.push_back(std::move(route));
  }
  return routes;
}

}  // namespace chancery::client
