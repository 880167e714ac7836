// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Account data in a sync: what is told when, and where.
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using support::RoomHouse;
using support::Synced;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");

rooms::RoomRequest public_room() { return {.preset = rooms::Preset::public_chat}; }

TEST_CASE("that account data was removed is told though the person comes into a room meanwhile") {
  SyncHouse house;
  const protocol::RoomId old = house.rooms().create(kAnna);
  const protocol::RoomId room = house.rooms().create(kBen, public_room());
  house.put_account_data(kAnna, "org.example", R"({"a":1})");
  house.put_account_data(kAnna, "org.example", R"({"a":1})", old.text());
  house.put_account_data(kAnna, "org.example", R"({"a":1})", room.text());
  house.put_account_data(kAnna, "org.gone", R"({"a":1})", room.text());
  house.put_account_data(kAnna, "org.gone", "{}", room.text());
  const Synced first = house.sync(kAnna);
  house.put_account_data(kAnna, "org.example", "{}");
  house.put_account_data(kAnna, "org.example", "{}", old.text());
  house.rooms().join(kAnna, room);

  const Synced second = house.sync(kAnna, {.since = first});
  const Synced full = house.sync(kAnna, {.since = first, .scope = StateScope::full});

  CHECK(second.events("account_data").size() == 1);
  CHECK(second.events(old, "account_data").size() == 1);
  // Of the room that they come into all, but for what was removed.
  REQUIRE(second.events(room, "account_data").size() == 1);
  CHECK(base::find_string(second.events(room, "account_data")[0], "type") == "org.example");
  CHECK(full.events(old, "account_data").size() == 1);
}

TEST_CASE("a new name in a room tells none of the room's account data again") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.put_account_data(kAnna, "m.tag", R"({"tags":{"u.x":{}}})", room.text());
  const Synced first = house.sync(kAnna);
  house.run(house.rooms()->sending.set_state(
      kAnna, {.room = room,
              .type = "m.room.member",
              .key = kAnna.user.text(),
              .content = {{"membership", "join"}, {"displayname", "Anna"}}}));

  const Synced second = house.sync(kAnna, {.since = first});

  CHECK(second.room(room) != nullptr);
  CHECK(second.events(room, "account_data").empty());
}

TEST_CASE("account data is told where it belongs, once") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Synced first = house.sync(kAnna);
  house.put_account_data(kAnna, "m.direct", "{}");
  house.put_account_data(kAnna, "m.tag", R"({"tags":{}})", room.text());

  const Synced second = house.sync(kAnna, {.since = first});

  REQUIRE(second.events("account_data").size() == 1);
  CHECK(base::find_string(second.events("account_data")[0], "type") == "m.direct");
  REQUIRE(second.events(room, "account_data").size() == 1);
  CHECK(house.sync(kAnna, {.since = second}).is_quiet());
}

}  // namespace
}  // namespace chancery::sync
