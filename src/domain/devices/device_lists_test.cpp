// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/devices/device_lists.hpp"

#include "storage/commit/change.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::devices {
namespace {

using support::RoomHouse;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

struct Lists {
  storage::StreamPosition now() { return house.rooms().store().committer().last_position(); }
  void change_keys(const rooms::Actor& who) {
    storage::Change change;
    change.mutations.emplace_back(storage::NoteDeviceListChange{who.user, {}});
    house.run(house.rooms().store().committer().commit(std::move(change)));
  }
  // "changed: a b left: c" between two positions.
  std::string told(const rooms::Actor& viewer, storage::StreamPosition after,
                   storage::StreamPosition until) {
    const auto changes = house.run(house->lists.changes_for(viewer.user, after, until));
    std::string text = "changed:";
    for (const auto& user : changes.changed) text += " " + std::string(user.localpart());
    text += " left:";
    for (const auto& user : changes.left) text += " " + std::string(user.localpart());
    return text;
  }
  protocol::RoomId public_room(const rooms::Actor& who) {
    return house.rooms().create(who, {.preset = rooms::Preset::public_chat});
  }
  SyncHouse house;
};

TEST_CASE("new keys are news to those who share a room") {
  Lists lists;
  const protocol::RoomId room = lists.public_room(kAnna);
  lists.house.rooms().join(kBen, room);
  const auto before = lists.now();
  lists.change_keys(kBen);

  CHECK(lists.told(kAnna, before, lists.now()) == "changed: ben left:");
  CHECK(lists.told(kBen, before, lists.now()) == "changed: ben left:");
  CHECK(lists.told(kCora, before, lists.now()) == "changed: left:");
}

TEST_CASE("what changed is told for the stretch that is asked about") {
  Lists lists;
  const protocol::RoomId room = lists.public_room(kAnna);
  lists.house.rooms().join(kBen, room);
  const auto before = lists.now();
  lists.change_keys(kBen);
  const auto between = lists.now();
  lists.change_keys(kAnna);

  CHECK(lists.told(kAnna, before, between) == "changed: ben left:");
  CHECK(lists.told(kAnna, between, lists.now()) == "changed: anna left:");
  CHECK(lists.told(kAnna, lists.now(), lists.now()) == "changed: left:");
}

TEST_CASE("who joins and leaves between two looks is told as gone") {
  Lists lists;
  const protocol::RoomId room = lists.public_room(kAnna);
  const auto before = lists.now();
  lists.house.rooms().join(kBen, room);
  lists.house.run(lists.house.rooms()->members.leave(kBen, room, std::nullopt));

  CHECK(lists.told(kAnna, before, lists.now()) == "changed: left: ben");
  CHECK(lists.told(kBen, before, lists.now()) == "changed: left: anna");
}

TEST_CASE("a change of name brings nobody into view") {
  Lists lists;
  const protocol::RoomId room = lists.public_room(kAnna);
  lists.house.rooms().join(kBen, room);
  const auto before = lists.now();
  lists.house.run(lists.house.rooms()->sending.set_state(
      kBen, {.room = room,
             .type = "m.room.member",
             .key = kBen.user.text(),
             .content = {{"membership", "join"}, {"displayname", "Benedikt"}}}));

  CHECK(lists.told(kAnna, before, lists.now()) == "changed: left:");
}

TEST_CASE("after a restart no change from before it is missed") {
  Lists lists;
  const protocol::RoomId room = lists.public_room(kAnna);
  lists.house.rooms().join(kCora, room);
  const auto before = lists.now();
  lists.house.rooms().join(kBen, room);
  lists.house.run(lists.house.rooms()->members.leave(kCora, room, std::nullopt));
  lists.change_keys(kBen);
  lists.house.restart();

  CHECK(lists.told(kAnna, before, lists.now()) == "changed: ben left: cora");
}

TEST_CASE("after a restart, who was put out and is asked in again is told as gone") {
  Lists lists;
  const protocol::RoomId room = lists.public_room(kAnna);
  lists.house.rooms().join(kBen, room);
  const auto before = lists.now();
  lists.house.run(lists.house.rooms()->members.remove(
      kAnna, {.room = room, .user = kBen.user, .reason = std::nullopt}));
  lists.house.rooms().invite(kAnna, room, kBen);
  lists.house.restart();

  CHECK(lists.told(kAnna, before, lists.now()) == "changed: left: ben");
  CHECK(lists.told(kBen, before, lists.now()) == "changed: left: anna");
}

TEST_CASE("after a restart, who was only asked in is not told who is in the room") {
  Lists lists;
  const protocol::RoomId declined = lists.public_room(kAnna);
  const protocol::RoomId open = lists.public_room(kAnna);
  const auto before = lists.now();
  lists.house.rooms().join(kBen, open);
  lists.house.rooms().invite(kAnna, declined, kCora);
  lists.house.run(lists.house.rooms()->members.leave(kCora, declined, std::nullopt));
  lists.house.rooms().invite(kAnna, open, kCora);
  lists.house.restart();

  CHECK(lists.told(kCora, before, lists.now()) == "changed: left:");
  CHECK(lists.told(kAnna, before, lists.now()) == "changed: ben left:");
}

TEST_CASE("after a restart, to forget a room that was left before is to leave nobody") {
  Lists lists;
  const protocol::RoomId room = lists.public_room(kAnna);
  lists.house.rooms().join(kBen, room);
  lists.house.run(lists.house.rooms()->members.leave(kBen, room, std::nullopt));
  const auto before = lists.now();
  lists.house.run(lists.house.rooms()->members.forget(kBen, room));
  lists.house.rooms().join(kCora, room);
  lists.house.restart();

  CHECK(lists.told(kBen, before, lists.now()) == "changed: left:");
}

}  // namespace
}  // namespace chancery::devices
