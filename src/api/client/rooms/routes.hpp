// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The routes that write into rooms, and those of aliases and the directory.

#include "api/boundary/route.hpp"
#include "domain/push/upgraded_rooms.hpp"
#include "domain/rooms/aliases.hpp"
#include "domain/rooms/creation.hpp"
#include "domain/rooms/delayed_events.hpp"
#include "domain/rooms/directory.hpp"
#include "domain/rooms/hierarchy.hpp"
#include "domain/rooms/member_acts.hpp"
#include "domain/rooms/reports.hpp"
#include "domain/rooms/sending.hpp"
#include "domain/rooms/upgrading.hpp"
#include "domain/third_party_ids/address_invites.hpp"

#include <vector>

namespace chancery::client {

struct RoomServices {
  rooms::Rooms& rooms;
  rooms::Creation& creation;
  rooms::MemberActs& members;
  rooms::Sending& sending;
  rooms::DelayedEvents& delayed;
  rooms::Upgrading& upgrading;
  rooms::Aliases& aliases;
  rooms::Directory& directory;
  rooms::Hierarchy& hierarchy;
  rooms::Reports& reports;
  push::UpgradedRooms& upgraded;
  third_party_ids::AddressInvites& address_invites;
};

// The services must outlive the routes.
[[nodiscard]] std::vector<boundary::Route> room_routes(const RoomServices& services);

[[nodiscard]] boundary::Route ban_member(rooms::MemberActs& members);
[[nodiscard]] boundary::Route create_alias(rooms::Aliases& aliases);
[[nodiscard]] boundary::Route create_room(const RoomServices& services);
[[nodiscard]] std::vector<boundary::Route> delayed_event_routes(rooms::DelayedEvents& delayed);
[[nodiscard]] boundary::Route forget_room(rooms::MemberActs& members);
[[nodiscard]] boundary::Route get_alias(rooms::Aliases& aliases);
[[nodiscard]] boundary::Route get_directory_entry(rooms::Directory& directory);
[[nodiscard]] boundary::Route get_public_rooms(rooms::Directory& directory);
[[nodiscard]] boundary::Route invite_member(rooms::MemberActs& members,
                                            third_party_ids::AddressInvites& by_address);
[[nodiscard]] std::vector<boundary::Route> join_routes(const RoomServices& services);
[[nodiscard]] boundary::Route joined_rooms(rooms::Rooms& rooms);
[[nodiscard]] boundary::Route kick_member(rooms::MemberActs& members);
[[nodiscard]] boundary::Route knock_room(rooms::MemberActs& members, rooms::Aliases& aliases);
[[nodiscard]] boundary::Route leave_room(rooms::MemberActs& members);
[[nodiscard]] boundary::Route list_aliases(rooms::Aliases& aliases);
[[nodiscard]] boundary::Route mutual_rooms(rooms::Rooms& rooms);
[[nodiscard]] boundary::Route put_directory_entry(rooms::Directory& directory);
[[nodiscard]] boundary::Route redact_event(rooms::Sending& sending);
[[nodiscard]] boundary::Route remove_alias(rooms::Aliases& aliases);
[[nodiscard]] boundary::Route report_event(rooms::Reports& reports);
[[nodiscard]] boundary::Route report_room(rooms::Reports& reports);
[[nodiscard]] boundary::Route report_user(rooms::Reports& reports);
[[nodiscard]] boundary::Route room_summary(rooms::Rooms& rooms, rooms::Aliases& aliases);
[[nodiscard]] boundary::Route search_public_rooms(rooms::Directory& directory);
[[nodiscard]] boundary::Route send_event(rooms::Sending& sending, rooms::DelayedEvents& delayed);
[[nodiscard]] boundary::Route set_state(rooms::Sending& sending, rooms::DelayedEvents& delayed);
[[nodiscard]] boundary::Route space_hierarchy(rooms::Hierarchy& hierarchy);
[[nodiscard]] boundary::Route space_hierarchy_for_owners(rooms::Hierarchy& hierarchy);
[[nodiscard]] boundary::Route unban_member(rooms::MemberActs& members);
[[nodiscard]] boundary::Route upgrade_room(rooms::Upgrading& upgrading,
                                           push::UpgradedRooms& upgraded);

}  // namespace chancery::client
