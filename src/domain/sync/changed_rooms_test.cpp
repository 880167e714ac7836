// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/changed_rooms.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using support::RoomHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");

struct Watched {
  explicit Watched(std::size_t most_entries = ChangedRooms::kMostEntries)
      : changed({.feed = house.store().committer(), .rooms = house->rooms}, most_entries) {}
  ~Watched() { house.store().committer().stop(); }
  storage::StreamPosition now() { return house.store().committer().last_position(); }
  std::size_t count_since(storage::StreamPosition since) {
    return changed.since(since, 1'000)->size();
  }
  RoomHouse house;
  ChangedRooms changed;
};

TEST_CASE("a room is named once, however often it changed") {
  Watched watched;
  const auto room = watched.house.create(kAnna);
  const auto other = watched.house.create(kAnna);
  const storage::StreamPosition since = watched.now();
  for (int i = 0; i < 5; ++i) watched.house.say(kAnna, room, "x");

  const auto changed = watched.changed.since(since, 100);

  REQUIRE(changed.has_value());
  REQUIRE(changed->size() == 1);
  CHECK(changed->front().room == watched.house.room(room)->number());
  CHECK(changed->front().has_event);
  CHECK_FALSE(changed->front().changed_shape);
  CHECK(watched.count_since({0}) == 2);
  // No more than were asked for are looked through.
  CHECK(watched.changed.since(since, 5));
  CHECK_FALSE(watched.changed.since(since, 4));
  CHECK(watched.house.room(other)->number() != changed->front().room);
}

TEST_CASE("whoever knows everything that is stored need look at no room") {
  Watched watched;
  watched.house.create(kAnna);

  CHECK(watched.count_since(watched.now()) == 0);
}

TEST_CASE("encryption and children of a space change what lists hold") {
  Watched watched;
  const auto room = watched.house.create(kAnna);
  const storage::StreamPosition since = watched.now();
  watched.house.run(watched.house->sending.set_state(
      kAnna, {.room = room,
              .type = "m.room.encryption",
              .key = "",
              .content = {{"algorithm", "m.megolm.v1.aes-sha2"}}}));

  const auto changed = watched.changed.since(since, 100);

  REQUIRE(changed->size() == 1);
  CHECK(changed->front().changed_shape);
}

TEST_CASE("where memory does not reach back all rooms have to be looked at") {
  Watched watched(4);
  const auto room = watched.house.create(kAnna);
  const storage::StreamPosition since = watched.now();
  for (int i = 0; i < 10; ++i) watched.house.say(kAnna, room, "x");

  CHECK_FALSE(watched.changed.since(since, 100).has_value());
  CHECK(watched.changed.since(watched.now(), 100).has_value());
  CHECK_FALSE(watched.changed.since({watched.now().value - 1}, 0).has_value());
}

}  // namespace
}  // namespace chancery::sync
