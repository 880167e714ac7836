// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/member_acts.hpp"

#include "domain/rooms/person_in_rooms.hpp"
#include "storage/commit/change.hpp"
#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;
using Act = TargetRequest::Act;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");
const Actor kCarol = RoomHouse::person("carol");

TargetRequest target(const protocol::RoomId& room, const Actor& whom, Act act) {
  return {.room = room, .user = whom.user, .reason = "because", .act = act};
}

Membership membership(RoomHouse& house, const protocol::RoomId& room, const Actor& whom) {
  const auto member = house.room(room)->find_member(whom.user);
  return member ? member->membership : Membership::leave;
}

InitialState join_rules(std::string_view rule, const protocol::RoomId& allowed = {}) {
  base::JsonObject content{{"join_rule", rule}};
  if (!allowed.empty()) {
    content["allow"] = base::JsonArray{
        base::JsonObject{{"type", "m.room_membership"}, {"room_id", allowed.text()}}};
  }
  return {.type = "m.room.join_rules", .key = "", .content = std::move(content)};
}

TEST_CASE("a closed room is entered by invite alone") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice);

  CHECK(house.error_of(house->members.join(kBob, {.room = room, .reason = {}})) ==
        ErrorCode::forbidden);
  house.invite(kAlice, room, kBob);
  house.join(kBob, room);

  CHECK(membership(house, room, kBob) == Membership::join);
  CHECK(house.room(room)->count_members().joined == 2);
}

TEST_CASE("joining a room twice adds nothing to it") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, room);
  const std::size_t length = house.timeline(room).size();

  house.join(kBob, room);

  CHECK(house.timeline(room).size() == length);
}

TEST_CASE("an invite may be refused, and the room is left for good") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.invite = {kBob.user}});

  house.run(house->members.leave(kBob, room, std::nullopt));

  CHECK(membership(house, room, kBob) == Membership::leave);
  CHECK(house->rooms.memberships().current_rooms(kBob.user).empty());
  CHECK(house.error_of(house->members.join(kBob, {.room = room, .reason = {}})) ==
        ErrorCode::forbidden);
}

TEST_CASE("who was never in a room cannot leave it") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice);
  CHECK(house.error_of(house->members.leave(kBob, room, std::nullopt)) == ErrorCode::forbidden);
}

TEST_CASE("a kick is for those inside and an unban for the banned") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, room);

  CHECK(house.error_of(house->members.remove(kAlice, target(room, kBob, Act::unban))) ==
        ErrorCode::forbidden);
  house.run(house->members.remove(kAlice, target(room, kBob, Act::ban)));
  CHECK(membership(house, room, kBob) == Membership::ban);
  CHECK(house.error_of(house->members.remove(kAlice, target(room, kBob, Act::kick))) ==
        ErrorCode::forbidden);
  CHECK(house.error_of(house->members.join(kBob, {.room = room, .reason = {}})) ==
        ErrorCode::forbidden);
  house.run(house->members.remove(kAlice, target(room, kBob, Act::unban)));
  house.join(kBob, room);
  house.run(house->members.remove(kAlice, target(room, kBob, Act::kick)));
  CHECK(membership(house, room, kBob) == Membership::leave);
}

TEST_CASE("who has not the power may not ban, and learns the same as for any other denial") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, room);
  house.join(kCarol, room);

  CHECK(house.error_of(house->members.remove(kBob, target(room, kCarol, Act::ban))) ==
        ErrorCode::forbidden);
  CHECK(membership(house, room, kCarol) == Membership::join);
}

TEST_CASE("a knock may be taken back, or answered by an invite") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.initial_state = {join_rules("knock")}});

  house.run(house->members.knock(kBob, {.room = room, .reason = "please"}));
  CHECK(membership(house, room, kBob) == Membership::knock);
  house.run(house->members.leave(kBob, room, std::nullopt));
  CHECK(membership(house, room, kBob) == Membership::leave);

  house.run(house->members.knock(kBob, {.room = room, .reason = {}}));
  house.invite(kAlice, room, kBob);
  house.join(kBob, room);
  CHECK(membership(house, room, kBob) == Membership::join);
}

TEST_CASE("a restricted room lets in the members of another") {
  RoomHouse house;
  const protocol::RoomId staff = house.create(kAlice, {.preset = Preset::public_chat});
  const protocol::RoomId room =
      house.create(kAlice, {.initial_state = {join_rules("restricted", staff)}});
  house.join(kBob, staff);

  house.join(kBob, room);

  const CachedEventPtr member = house.state(room, "m.room.member", kBob.user.text());
  CHECK(base::find_string(member->event->content(), "join_authorised_via_users_server") ==
        kAlice.user.text());
  CHECK(house.error_of(house->members.join(kCarol, {.room = room, .reason = {}})) ==
        ErrorCode::forbidden);
}

TEST_CASE("a restricted room without anyone who may invite cannot let anyone in") {
  RoomHouse house;
  const protocol::RoomId staff = house.create(kAlice, {.preset = Preset::public_chat});
  const protocol::RoomId room =
      house.create(kAlice, {.initial_state = {join_rules("restricted", staff)}});
  house.join(kBob, staff);
  house.run(house->members.leave(kAlice, room, std::nullopt));

  CHECK(house.error_of(house->members.join(kBob, {.room = room, .reason = {}})) ==
        ErrorCode::unable_to_grant_join);
}

TEST_CASE("nobody names for themself the one who lets them into a restricted room") {
  RoomHouse house;
  const protocol::RoomId staff = house.create(kAlice);
  const protocol::RoomId room =
      house.create(kAlice, {.initial_state = {join_rules("restricted", staff)}});

  const auto error = house.error_of(house->sending.set_state(
      kBob, {.room = room,
             .type = "m.room.member",
             .key = kBob.user.text(),
             .content = {{"membership", "join"},
                         {"join_authorised_via_users_server", kAlice.user.text()}}}));

  CHECK(error == ErrorCode::forbidden);
  CHECK(membership(house, room, kBob) == Membership::leave);
}

TEST_CASE("a guest comes in only where guests may") {
  RoomHouse house;
  Actor guest = RoomHouse::person("guest");
  guest.subject.role = policy::Role::guest;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});

  CHECK(house.error_of(house->members.join(guest, {.room = room, .reason = {}})) ==
        ErrorCode::guest_access_forbidden);
  CHECK(house.error_of(house->sending.set_state(guest, {.room = room,
                                                        .type = "m.room.member",
                                                        .key = guest.user.text(),
                                                        .content = {{"membership", "join"}}})) ==
        ErrorCode::guest_access_forbidden);
}

TEST_CASE("a room is forgotten only from outside, and is back when one returns") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, room);

  CHECK(house.error_of(house->members.forget(kBob, room)) == ErrorCode::unknown);
  house.run(house->members.leave(kBob, room, std::nullopt));
  house.run(house->members.forget(kBob, room));
  CHECK(house.run(house->rooms.memberships().all_rooms(kBob.user))->front().forgotten);
  house.join(kBob, room);
  CHECK_FALSE(house.run(house->rooms.memberships().all_rooms(kBob.user))->front().forgotten);
}

TEST_CASE("whoever shares a room with someone is known, and no longer when they leave") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, room);

  CHECK(house->rooms.memberships().share_room(kAlice.user, kBob.user));
  CHECK_FALSE(house->rooms.memberships().share_room(kAlice.user, kCarol.user));
  house.run(house->members.leave(kBob, room, std::nullopt));
  CHECK_FALSE(house->rooms.memberships().share_room(kAlice.user, kBob.user));
  CHECK(house->rooms.memberships().users_sharing_with(kAlice.user).size() == 1);
}

TEST_CASE("memberships are after a restart what they were") {
  RoomHouse house;
  const protocol::RoomId room =
      house.create(kAlice, {.preset = Preset::public_chat, .invite = {kCarol.user}});
  house.join(kBob, room);
  house.run(house->members.leave(kBob, room, std::nullopt));

  house.restart();

  CHECK(house->rooms.memberships().current_rooms(kAlice.user).size() == 1);
  CHECK(house->rooms.memberships().current_rooms(kCarol.user).begin()->membership ==
        Membership::invite);
  CHECK(house->rooms.memberships().current_rooms(kBob.user).empty());
  CHECK(house.run(house->rooms.memberships().all_rooms(kBob.user))->front().membership ==
        Membership::leave);
}

TEST_CASE("a new name shows in every room that the person is joined to") {
  RoomHouse house;
  const protocol::RoomId first = house.create(kAlice);
  const protocol::RoomId second = house.create(kAlice);
  storage::Change change;
  change.mutations.emplace_back(storage::SetProfileField{
      .user = kAlice.user, .field = "displayname", .value = "\"Dr. Alice\""});
  house.run(house.store().committer().commit(std::move(change)));
  PersonInRooms person(house->rooms, house->members);

  house.run(person.show_profile(kAlice.user, {}));

  for (const protocol::RoomId& room : {first, second}) {
    const CachedEventPtr member = house.state(room, "m.room.member", kAlice.user.text());
    CHECK(base::find_string(member->event->content(), "displayname") == "Dr. Alice");
  }
}

TEST_CASE("whoever is deactivated leaves their rooms and refuses their invites") {
  RoomHouse house;
  const protocol::RoomId joined = house.create(kAlice, {.preset = Preset::public_chat});
  const protocol::RoomId invited = house.create(kAlice, {.invite = {kBob.user}});
  house.join(kBob, joined);
  PersonInRooms person(house->rooms, house->members);

  house.run(person.leave_all(kBob.user));

  CHECK(membership(house, joined, kBob) == Membership::leave);
  CHECK(membership(house, invited, kBob) == Membership::leave);
}

}  // namespace
}  // namespace chancery::rooms
