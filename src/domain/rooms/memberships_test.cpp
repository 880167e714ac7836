// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/memberships.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");

TEST_CASE("a room that was removed does not come back by rows that were read before") {
  RoomHouse house;
  const protocol::RoomId gone = house.create(kAlice);
  const storage::RoomNumber number = house.room(gone)->number();
  const protocol::RoomId kept = house.create(kAlice);
  Memberships memberships({.store = house.store().events(), .events = house->rooms.events()},
                          house.store().committer().last_position());
  house.run(memberships.load());

  // Told by the feed; what the store is asked for afterwards is as it was.
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoom{number, gone});
  memberships.apply({.position = {1'000}, .change = change});

  const auto rooms = house.run(memberships.all_rooms(kAlice.user));
  REQUIRE(rooms->size() == 1);
  CHECK(rooms->front().id == kept);
}

}  // namespace
}  // namespace chancery::rooms
