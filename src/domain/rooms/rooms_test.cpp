// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/rooms.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");

void remove(RoomHouse& house, storage::RoomNumber number, const protocol::RoomId& room) {
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoom{number, room});
  house.run(house.store().committer().commit(std::move(change)));
}

TEST_CASE("a room that was removed is found by nobody, and that is no failure") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice);
  const storage::RoomNumber number = house.room(room)->number();
  REQUIRE(house.run(house->rooms.find(number)) != nullptr);

  remove(house, number, room);

  CHECK(house.run(house->rooms.find(number)) == nullptr);
  CHECK(house.run(house->rooms.find(room)) == nullptr);
  CHECK(house.error_of(house->rooms.get(number)) == protocol::ErrorCode::unavailable);
  house.restart();
  CHECK(house.run(house->rooms.find(number)) == nullptr);
}

TEST_CASE("the newest room's number is not given again once it was removed") {
  RoomHouse house;
  const protocol::RoomId gone = house.create(kAlice);
  const storage::RoomNumber number = house.room(gone)->number();
  remove(house, number, gone);
  house.restart();

  const protocol::RoomId made = house.create(kAlice);
  house.say(kAlice, made, "what stays");
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoomEvents{number, 1'000});
  house.run(house.store().committer().commit(std::move(change)));
  house.restart();

  CHECK(house.room(made)->number() > number);
  CHECK(base::find_string(house.timeline(made).back()->event->content(), "body") == "what stays");
}

}  // namespace
}  // namespace chancery::rooms
