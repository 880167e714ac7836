// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/directory.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");

protocol::RoomId shown_room(RoomHouse& house, const std::string& name) {
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat, .name = name});
  house.run(house->directory.set_shown(kAlice, room, Directory::Shown::yes));
  return room;
}

// "name:members " of each.
std::string listed(RoomHouse& house) {
  std::string text;
  for (const ShownRoom& room : house.run(house->directory.search({})).rooms) {
    text += room.name.value_or("") + ":" + std::to_string(room.joined_members) + " ";
  }
  return text;
}

TEST_CASE("the directory shows rooms as they are now, however often it was asked") {
  RoomHouse house;
  const protocol::RoomId one = shown_room(house, "one");
  const protocol::RoomId two = shown_room(house, "two");
  house.join(kBob, two);
  CHECK(listed(house) == "two:2 one:1 ");
  CHECK(listed(house) == "two:2 one:1 ");

  house.run(house->sending.set_state(
      kAlice, {.room = one, .type = "m.room.name", .key = "", .content = {{"name", "first"}}}));
  house.run(house->members.leave(kBob, two, std::nullopt));
  house.join(kBob, one);
  CHECK(listed(house) == "first:2 two:1 ");

  house.run(house->directory.set_shown(kAlice, two, Directory::Shown::no));
  CHECK(listed(house) == "first:2 ");
  house.restart();
  CHECK(listed(house) == "first:2 ");
}

TEST_CASE("a room is loaded once for the directory, not for everyone who looks at it") {
  RoomHouse house;
  const protocol::RoomId room = shown_room(house, "one");
  const storage::RoomNumber number = house.room(room)->number();
  house.restart();
  CHECK(listed(house) == "one:1 ");

  // What is stored changes behind the server's back: whoever loaded the room again would see it.
  storage::Change change;
  change.mutations.emplace_back(storage::ReplaceEventRecord{
      house.room(room)->find_state("m.room.name", ""), "no record", {}});
  house.run(house.store().committer().commit(std::move(change)));
  CHECK(listed(house) == "one:1 ");
  CHECK(house->rooms.find_id(number).has_value());
}

TEST_CASE("a room that was removed keeps nobody from seeing the others") {
  RoomHouse house;
  const protocol::RoomId gone = shown_room(house, "gone");
  shown_room(house, "kept");
  const storage::RoomNumber number = house.room(gone)->number();
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoom{number, gone});
  // As when the list was read before the room went.
  change.mutations.emplace_back(
      storage::SetRoomVisibility{number, storage::SetRoomVisibility::Shown::yes});
  house.run(house.store().committer().commit(std::move(change)));

  CHECK(listed(house) == "kept:1 ");
}

}  // namespace
}  // namespace chancery::rooms
