// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/aliases.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");

protocol::RoomAlias alias(std::string_view name) {
  return *protocol::RoomAlias::parse("#" + std::string(name) + ":example.org");
}

NewState canonical(const protocol::RoomId& room, std::string_view name) {
  return {.room = room,
          .type = "m.room.canonical_alias",
          .key = "",
          .content = {{"alias", alias(name).text()}}};
}

TEST_CASE("an alias leads to its room, and only one room at a time") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice);
  const protocol::RoomId other = house.create(kAlice);

  house.run(house->aliases.create(kAlice, alias("ward"), room));

  CHECK(house.run(house->aliases.get_room_id(alias("ward"))) == room);
  CHECK(house.error_of(house->aliases.create(kAlice, alias("ward"), other)) == ErrorCode::unknown);
  house.restart();
  CHECK(house.run(house->aliases.get_room_id(alias("ward"))) == room);
}

TEST_CASE("an alias of another server, or by someone outside the room, is refused") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice);

  CHECK(house.error_of(house->aliases.create(
            kAlice, *protocol::RoomAlias::parse("#ward:elsewhere.org"), room)) ==
        ErrorCode::invalid_param);
  CHECK(house.error_of(house->aliases.create(kBob, alias("ward"), room)) == ErrorCode::forbidden);
}

TEST_CASE("the canonical alias must lead to the room that names it") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice);
  const protocol::RoomId other = house.create(kAlice, {.alias_name = "other"});

  CHECK(house.error_of(house->sending.set_state(kAlice, canonical(room, "nowhere"))) ==
        ErrorCode::bad_alias);
  CHECK(house.error_of(house->sending.set_state(kAlice, canonical(room, "other"))) ==
        ErrorCode::bad_alias);
  NewState malformed = canonical(room, "x");
  malformed.content["alias"] = "no alias at all";
  CHECK(house.error_of(house->sending.set_state(kAlice, malformed)) == ErrorCode::invalid_param);
  CHECK_FALSE(house.error_of(house->sending.set_state(kAlice, canonical(other, "other"))));
}

TEST_CASE("an alias that is removed is taken out of the room's canonical alias") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.alias_name = "ward"});

  CHECK(house.error_of(house->aliases.remove(kBob, alias("ward"))) == ErrorCode::forbidden);
  house.run(house->aliases.remove(kAlice, alias("ward")));

  CHECK(house.error_of(house->aliases.get_room_id(alias("ward"))) == ErrorCode::not_found);
  CHECK_FALSE(house.state(room, "m.room.canonical_alias")->event->content().contains("alias"));
}

TEST_CASE("the directory shows what was put there, found by what it is called") {
  RoomHouse house;
  const protocol::RoomId small = house.create(
      kAlice,
      {.preset = Preset::public_chat, .shown = RoomRequest::Shown::yes, .name = "Pharmacy"});
  const protocol::RoomId large = house.create(
      kAlice, {.preset = Preset::public_chat, .shown = RoomRequest::Shown::yes, .name = "Canteen"});
  house.create(kAlice, {.preset = Preset::public_chat, .name = "Hidden"});
  house.join(kBob, large);

  const DirectoryPage all = house.run(
      house->directory.search({.limit = 1, .since = "", .search_term = "", .room_types = {}}));
  const DirectoryPage found = house.run(house->directory.search(
      {.limit = {}, .since = "", .search_term = "pHARM", .room_types = {}}));

  CHECK(all.total == 2);
  CHECK(all.rooms.front().id == large);
  REQUIRE(all.next);
  CHECK(house
            .run(house->directory.search(
                {.limit = 1, .since = *all.next, .search_term = "", .room_types = {}}))
            .rooms.front()
            .id == small);
  REQUIRE(found.rooms.size() == 1);
  CHECK(found.rooms.front().name == "Pharmacy");
  CHECK(found.rooms.front().join_rule == "public");
}

TEST_CASE("who has no power over a room does not put it into the directory") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, room);
  CHECK(house.error_of(house->directory.set_shown(kBob, room, Directory::Shown::yes)) ==
        ErrorCode::forbidden);
}

}  // namespace
}  // namespace chancery::rooms
