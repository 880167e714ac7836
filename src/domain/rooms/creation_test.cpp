// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/creation.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");
const Actor kCarol = RoomHouse::person("carol");

std::vector<std::string> types_of(const std::vector<CachedEventPtr>& events) {
  std::vector<std::string> types;
  for (const CachedEventPtr& event : events) types.emplace_back(event->event->type());
  return types;
}

std::string_view join_rule(const CachedEventPtr& event) {
  return *base::find_string(event->event->content(), "join_rule");
}

TEST_CASE("a new room has its first events in the order of the specification") {
  RoomHouse house;

  const protocol::RoomId room =
      house.create(kAlice, {.initial_state = {{.type = "org.example.colour",
                                               .key = "",
                                               .content = {{"colour", "blue"}}}},
                            .name = "Ward 3",
                            .topic = "Nights",
                            .alias_name = "ward3",
                            .invite = {kBob.user}});

  const std::vector<std::string> expected{
      "m.room.create",          "m.room.member",      "m.room.power_levels",
      "m.room.canonical_alias", "m.room.join_rules",  "m.room.history_visibility",
      "m.room.guest_access",    "org.example.colour", "m.room.name",
      "m.room.topic",           "m.room.member"};
  CHECK(types_of(house.timeline(room)) == expected);
  CHECK(house->rooms.memberships().is_joined(house.room(room)->number(), kAlice.user));
  CHECK(house.room(room)->find_member(kBob.user)->membership == Membership::invite);
}

TEST_CASE("a room of every version can be made and spoken in") {
  RoomHouse house;
  for (const protocol::RoomVersion& version : protocol::all_room_versions()) {
    CAPTURE(version.name);
    const protocol::RoomId room =
        house.create(kAlice, {.version = std::string(version.name), .invite = {kBob.user}});
    house.join(kBob, room);

    const protocol::EventId said = house.say(kBob, room, "good morning");

    CHECK(house.timeline(room).back()->event->id() == said);
    CHECK(house.room(room)->version().name == version.name);
  }
}

TEST_CASE("a version 12 room is named by its create event and its creator has no power level") {
  RoomHouse house;

  const protocol::RoomId room = house.create(kAlice);

  const CachedEventPtr create = house.state(room, "m.room.create");
  CHECK(room.text().substr(1) == create->event->id().text().substr(1));
  CHECK(create->event->room() == room);
  const CachedEventPtr power = house.state(room, "m.room.power_levels");
  CHECK(base::find_object(power->event->content(), "users")->empty());
}

TEST_CASE("creation content may not say who the creator is or which version the room has") {
  RoomHouse house;

  const protocol::RoomId room = house.create(
      kAlice, {.version = "10",
               .creation_content = {{"creator", "@mallory:example.org"}, {"room_version", "1"}}});

  const base::JsonObject& content = house.state(room, "m.room.create")->event->content();
  CHECK(base::find_string(content, "creator") == kAlice.user.text());
  CHECK(base::find_string(content, "room_version") == "10");
}

TEST_CASE("each preset decides who may come in") {
  RoomHouse house;

  const protocol::RoomId open = house.create(kAlice, {.preset = Preset::public_chat});
  const protocol::RoomId closed = house.create(kAlice, {.preset = Preset::private_chat});
  const protocol::RoomId trusted = house.create(
      kAlice, {.version = "11", .preset = Preset::trusted_private_chat, .invite = {kBob.user}});

  CHECK(join_rule(house.state(open, "m.room.join_rules")) == "public");
  CHECK(join_rule(house.state(closed, "m.room.join_rules")) == "invite");
  const base::JsonObject& power = house.state(trusted, "m.room.power_levels")->event->content();
  CHECK(base::find_integer(*base::find_object(power, "users"), kBob.user.text()) == 100);
}

TEST_CASE("whom a version 12 room trusts is a creator of it") {
  RoomHouse house;

  const protocol::RoomId room = house.create(
      kAlice, {.preset = Preset::trusted_private_chat, .invite = {kBob.user, kCarol.user}});

  const base::JsonObject& content = house.state(room, "m.room.create")->event->content();
  CHECK(base::find_array(content, "additional_creators")->size() == 2);
}

TEST_CASE("what the client gives as initial state replaces what the preset has") {
  RoomHouse house;

  const protocol::RoomId room = house.create(
      kAlice, {.initial_state = {
                   {.type = "m.room.join_rules", .key = "", .content = {{"join_rule", "knock"}}}}});

  CHECK(join_rule(house.state(room, "m.room.join_rules")) == "knock");
}

TEST_CASE("a room whose alias is taken is not made at all") {
  RoomHouse house;
  house.create(kAlice, {.alias_name = "ward3"});
  const std::size_t before = house->rooms.numbers().size();

  const auto error = house.error_of(house->creation.create(kBob, {.alias_name = "ward3"}));

  CHECK(error == ErrorCode::room_in_use);
  CHECK(house->rooms.numbers().size() == before);
  CHECK(house->rooms.memberships().current_rooms(kBob.user).empty());
}

TEST_CASE("a room whose last event is denied is not made at all") {
  RoomHouse house;

  const auto error = house.error_of(house->creation.create(kAlice, {.invite = {kAlice.user}}));

  CHECK(error == ErrorCode::invalid_room_state);
  CHECK(house->rooms.numbers().empty());
}

TEST_CASE("a room whose first state cannot be is refused for its state") {
  RoomHouse house;
  const auto error_with = [&](RoomRequest request) {
    return house.error_of(house->creation.create(kAlice, std::move(request)));
  };

  RoomRequest nameless{.version = "11", .name = "Ward 3"};
  nameless.power_levels = base::JsonObject{{"users", base::JsonObject{{kAlice.user.text(), 0}}}};
  CHECK(error_with(nameless) == ErrorCode::invalid_room_state);
  RoomRequest wrong{.version = "11"};
  wrong.initial_state = {{.type = "m.room.power_levels",
                          .key = "",
                          .content = {{"users", base::JsonObject{{"nobody", 1}}}}}};
  CHECK(error_with(wrong) == ErrorCode::invalid_room_state);
  CHECK(house->rooms.numbers().empty());
}

TEST_CASE("a room version that nobody knows is refused") {
  RoomHouse house;
  CHECK(house.error_of(
            house->creation.create(kAlice, {.version = "ahfgwjyerhgiuveisbruvybseyrugvi"})) ==
        ErrorCode::unsupported_room_version);
}

TEST_CASE("a topic is written as plain and as rich text") {
  RoomHouse house;

  const protocol::RoomId room = house.create(kAlice, {.topic = "Nights"});

  const base::JsonObject& content = house.state(room, "m.room.topic")->event->content();
  CHECK(base::to_text(content) == R"({"m.topic":{"m.text":[{"body":"Nights"}]},"topic":"Nights"})");
}

TEST_CASE("a room is after a restart what it was before") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.name = "Ward 3", .invite = {kBob.user}});
  house.join(kBob, room);
  const protocol::EventId said = house.say(kBob, room, "good morning");
  const std::vector<std::string> before = types_of(house.timeline(room));

  house.restart();

  CHECK(types_of(house.timeline(room)) == before);
  CHECK(house.timeline(room).back()->event->id() == said);
  CHECK(house->rooms.memberships().is_joined(house.room(room)->number(), kBob.user));
  CHECK(house.state(room, "m.room.name") != nullptr);
  house.say(kAlice, room, "and to you");
  CHECK(house.timeline(room).size() == before.size() + 1);
}

}  // namespace
}  // namespace chancery::rooms
