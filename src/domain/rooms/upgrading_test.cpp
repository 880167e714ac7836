// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/upgrading.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");
const Actor kCarol = RoomHouse::person("carol");

protocol::RoomId upgrade(RoomHouse& house, const protocol::RoomId& room, std::string version) {
  return house.run(house->upgrading.upgrade(
      kAlice, {.room = room, .version = std::move(version), .additional_creators = {}}));
}

std::string_view text_in(const CachedEventPtr& event, std::string_view key) {
  return base::find_string(event->event->content(), key).value_or("");
}

TEST_CASE("the old room names the new one and the new one the old") {
  for (const auto& [from, to] : {std::pair{"10", "11"}, {"11", "12"}, {"12", "12"}, {"12", "11"}}) {
    CAPTURE(from);
    CAPTURE(to);
    RoomHouse house;
    const protocol::RoomId old = house.create(kAlice, {.version = from, .name = "Ward 3"});

    const protocol::RoomId made = upgrade(house, old, to);

    CHECK(text_in(house.state(old, "m.room.tombstone"), "replacement_room") == made.text());
    const base::JsonObject* predecessor =
        base::find_object(house.state(made, "m.room.create")->event->content(), "predecessor");
    REQUIRE(predecessor != nullptr);
    CHECK(base::find_string(*predecessor, "room_id") == old.text());
    CHECK(text_in(house.state(made, "m.room.name"), "name") == "Ward 3");
    CHECK(house.room(made)->version().name == to);
  }
}

TEST_CASE("aliases and the place in the directory move with the room, bans too") {
  RoomHouse house;
  const protocol::RoomId old = house.create(
      kAlice,
      {.preset = Preset::public_chat, .shown = RoomRequest::Shown::yes, .alias_name = "ward3"});
  house.run(house->members.remove(
      kAlice, {.room = old, .user = kCarol.user, .reason = {}, .act = TargetRequest::Act::ban}));

  const protocol::RoomId made = upgrade(house, old, "12");

  const auto alias = *protocol::RoomAlias::parse("#ward3:example.org");
  CHECK(house.run(house->aliases.get_room_id(alias)) == made);
  CHECK(house.run(house->directory.is_shown(made)));
  CHECK_FALSE(house.run(house->directory.is_shown(old)));
  CHECK(text_in(house.state(made, "m.room.canonical_alias"), "alias") == alias.text());
  CHECK(text_in(house.state(old, "m.room.canonical_alias"), "alias").empty());
  CHECK(house.room(made)->find_member(kCarol.user)->membership == Membership::ban);
}

TEST_CASE("after an upgrade nobody but moderators speaks in the old room") {
  RoomHouse house;
  const protocol::RoomId old = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, old);

  upgrade(house, old, "12");

  CHECK(house.error_of(house->sending.send(kBob, {.room = old,
                                                  .type = "m.room.message",
                                                  .content = {{"body", "hello?"}},
                                                  .transaction = "t1",
                                                  .sent_at = {}})) == ErrorCode::forbidden);
  house.say(kAlice, old, "over there");
}

TEST_CASE("who has not the power to say so upgrades nothing") {
  RoomHouse house;
  const protocol::RoomId old = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, old);
  const std::size_t before = house->rooms.numbers().size();

  CHECK(house.error_of(house->upgrading.upgrade(
            kBob, {.room = old, .version = "12", .additional_creators = {}})) ==
        ErrorCode::forbidden);

  CHECK(house->rooms.numbers().size() == before);
  CHECK(house.state(old, "m.room.tombstone") == nullptr);
}

TEST_CASE("an upgrade that is asked for twice in one moment is one, and later it is another") {
  for (const char* version : {"11", "12"}) {
    CAPTURE(version);
    RoomHouse house;
    const protocol::RoomId old = house.create(kAlice, {.version = "10"});
    const protocol::RoomId made = upgrade(house, old, version);
    const std::size_t rooms = house->rooms.numbers().size();

    CHECK(upgrade(house, old, version) == made);
    CHECK(house->rooms.numbers().size() == rooms);
    house.scheduler().advance(Upgrading::kSameMoment + base::Milliseconds(1));
    const protocol::RoomId later = upgrade(house, old, version);

    CHECK_FALSE(later == made);
    CHECK(text_in(house.state(old, "m.room.tombstone"), "replacement_room") == later.text());
  }
}

TEST_CASE("what is asked for in the same moment but is something else is another upgrade") {
  RoomHouse house;
  const protocol::RoomId old = house.create(kAlice, {.version = "10"});
  const protocol::RoomId made = upgrade(house, old, "12");

  const protocol::RoomId other = upgrade(house, old, "11");
  const protocol::RoomId with_bob = house.run(house->upgrading.upgrade(
      kAlice, {.room = old, .version = "12", .additional_creators = {kBob.user}}));

  CHECK_FALSE(other == made);
  CHECK_FALSE(with_bob == made);
}

TEST_CASE("a tombstone that somebody wrote by hand makes no other room the replacement") {
  RoomHouse house;
  const protocol::RoomId old = house.create(kAlice, {.version = "12"});
  const protocol::RoomId unrelated = house.create(kAlice, {.version = "12"});
  for (const std::string& named :
       {unrelated.text(), old.text(), std::string("!gone:x"), std::string("none"), std::string()}) {
    CAPTURE(named);
    house.run(house->sending.set_state(kAlice, {.room = old,
                                                .type = "m.room.tombstone",
                                                .key = "",
                                                .content = {{"replacement_room", named}}}));
    CHECK_FALSE(upgrade(house, old, "12").text() == named);
  }
}

TEST_CASE("who may not upgrade a room is refused in the moment of somebody else's upgrade, too") {
  RoomHouse house;
  const protocol::RoomId old = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(kBob, old);
  upgrade(house, old, "12");

  CHECK(house.error_of(house->upgrading.upgrade(
            kBob, {.room = old, .version = "12", .additional_creators = {}})) ==
        ErrorCode::forbidden);
}

TEST_CASE("power levels come along, without those of a version 12 room's creators") {
  RoomHouse house;
  const protocol::RoomId old = house.create(kAlice, {.version = "11"});
  base::JsonObject levels = house.state(old, "m.room.power_levels")->event->content();
  levels["users"].get_object()[kBob.user.text()] = 50;
  house.run(house->sending.set_state(
      kAlice, {.room = old, .type = "m.room.power_levels", .key = "", .content = levels}));

  const protocol::RoomId made = upgrade(house, old, "12");

  const base::JsonObject& users =
      *base::find_object(house.state(made, "m.room.power_levels")->event->content(), "users");
  CHECK(base::find_integer(users, kBob.user.text()) == 50);
  CHECK_FALSE(users.contains(kAlice.user.text()));
}

}  // namespace
}  // namespace chancery::rooms
