// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/removed_rooms.hpp"

#include "storage/commit/change.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using support::RoomHouse;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");

struct Removals {
  // As an owner does it who insists: whoever is inside was not taken out before.
  storage::StreamPosition remove_with_members(const protocol::RoomId& gone) {
    using Stay = storage::NoteRemovedStays::Stay;
    const rooms::RoomPtr found = house.rooms().room(gone);
    storage::NoteRemovedStays note{.room = found->number(), .id = gone, .at = {1'000}, .stays = {}};
    for (const rooms::Member& member : found->members()) {
      note.stays.push_back({member.user, member.event, Stay::End::now});
    }
    return commit({std::move(note), storage::RemoveRoom{found->number(), gone}});
  }
  storage::StreamPosition commit(std::vector<storage::Mutation> mutations) {
    storage::Change change;
    change.mutations = std::move(mutations);
    return house.run(house.rooms().store().committer().commit(std::move(change)));
  }
  std::size_t count_stays(const rooms::Actor& who) {
    return house.run(house->removed_rooms.load_stays(who.user, {0}, {1'000})).size();
  }

  SyncHouse house;
  protocol::RoomId room = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
};

TEST_CASE("a device that waits is told of a room that goes with its members inside") {
  Removals removals;
  SyncHouse& house = removals.house;
  const auto waiting =
      house.begin_sync(kAnna, {.since = house.sync(kAnna), .timeout = std::chrono::seconds(30)});
  const std::string list =
      R"({"lists":{"all":{"ranges":[[0,9]],"timeline_limit":1,"required_state":[]}}})";
  const support::Slid first = house.slide(kAnna, {.body = list});
  REQUIRE(first.room(removals.room) != nullptr);
  const auto sliding =
      house.begin_slide(kAnna, {.body = list, .from = first, .timeout = std::chrono::seconds(30)});
  removals.remove_with_members(removals.room);

  REQUIRE(house.is_answered(waiting));
  CHECK((*waiting)->room(removals.room, "leave") != nullptr);
  CHECK(house.sync(kAnna, {.since = *waiting}).is_quiet());
  REQUIRE(house.is_answered(sliding));
  CHECK((*sliding)->keys(removals.room) == "m.room.member/@anna:example.org");
  CHECK(house.slide(kAnna, {.body = list, .from = *sliding}).count_rooms() == 0);
}

TEST_CASE("of whom no room was removed nothing is asked, and of others only from before") {
  Removals removals;
  RemovedRooms& removed = removals.house->removed_rooms;
  CHECK_FALSE(removed.may_have(kAnna.user, {0}));
  const storage::StreamPosition at = removals.remove_with_members(removals.room);

  CHECK(removed.may_have(kAnna.user, {at.value - 1}));
  CHECK_FALSE(removed.may_have(kAnna.user, at));
  CHECK_FALSE(removed.may_have(kBen.user, {0}));
  removals.house.restart();
  CHECK(removals.house->removed_rooms.may_have(kAnna.user, {at.value - 1}));
  CHECK_FALSE(removals.house->removed_rooms.may_have(kAnna.user, at));
}

TEST_CASE("a room whose id is given again is not told as left to whoever is in the new one") {
  Removals removals;
  removals.house.rooms().join(kBen, removals.room);
  removals.remove_with_members(removals.room);
  const storage::RoomNumber again{900};
  removals.commit({storage::CreateRoom{again, removals.room, "11"},
                   storage::SetMembership{again, kAnna.user, "join", {1}}});

  CHECK(removals.count_stays(kAnna) == 0);
  CHECK(removals.count_stays(kBen) == 1);
}

}  // namespace
}  // namespace chancery::sync
