// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Profiles in a sync of /v3/sync: whose, which fields, and when.
#include "domain/sync/profile_updates.hpp"

#include "storage/commit/change.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using namespace std::chrono_literals;
using support::RoomHouse;
using support::Synced;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

constexpr std::string_view kStatus =
    R"({"org.matrix.msc4429.profile_fields":{"ids":["m.status","m.tz"]}})";
constexpr std::string_view kLazyStatus =
    R"({"org.matrix.msc4429.profile_fields":{"ids":["m.status"]},)"
    R"("room":{"state":{"lazy_load_members":true},"timeline":{"limit":1}}})";

// Anna and Ben share a room; Cora is in none.
struct World {
  World() : room(house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat})) {
    house.rooms().join(kBen, room);
  }
  void set(const rooms::Actor& who, const char* field, const char* value) {
    storage::Change change;
    change.mutations.emplace_back(
        storage::SetProfileField{.user = who.user, .field = field, .value = value});
    house.run(house.rooms().store().committer().commit(std::move(change)));
  }
  Synced sync(const rooms::Actor& who, std::optional<Synced> since = std::nullopt,
              std::string_view filter = kStatus) {
    return house.sync(who, {.since = std::move(since), .filter = std::string(filter)});
  }
  // What is told of profiles, as JSON; "" when nothing is.
  static std::string told(const Synced& answer) {
    const base::Json* users = answer.json().if_contains("org.matrix.msc4429.users");
    return users == nullptr ? "" : base::to_text(*users);
  }

  SyncHouse house;
  protocol::RoomId room;
};

TEST_CASE("a first sync tells the fields asked for of everyone in the rooms, and one's own") {
  World world;
  world.set(kBen, "m.status", R"({"text":"busy"})");
  world.set(kBen, "displayname", R"("Ben")");
  world.set(kAnna, "m.tz", R"("UTC")");
  world.set(kCora, "m.status", R"({"text":"away"})");

  CHECK(World::told(world.sync(kAnna)) ==
        R"({"@anna:example.org":{"profile_updates":{"m.tz":"UTC"}},)"
        R"("@ben:example.org":{"profile_updates":{"m.status":{"text":"busy"}}}})");
  CHECK(World::told(world.sync(kAnna, std::nullopt, "{}")).empty());
  CHECK(World::told(
            world.sync(kAnna, std::nullopt, R"({"org.matrix.msc4429.profile_fields":{"ids":[]}})"))
            .empty());
}

TEST_CASE("a later sync tells the newest value of what changed since, and null for what is gone") {
  World world;
  world.set(kBen, "m.tz", R"("UTC")");
  const Synced first = world.sync(kAnna);
  world.set(kBen, "m.status", "1");
  world.set(kBen, "m.status", "2");
  world.set(kBen, "m.tz", "");
  world.set(kBen, "displayname", R"("Ben")");
  world.set(kCora, "m.status", "3");

  const Synced second = world.sync(kAnna, first);
  const Synced third = world.sync(kAnna, second);

  CHECK(World::told(second) ==
        R"({"@ben:example.org":{"profile_updates":{"m.status":2,"m.tz":null}}})");
  CHECK(World::told(third).empty());
  CHECK(third.is_quiet());
  CHECK(World::told(world.sync(kAnna, first, "{}")).empty());
}

TEST_CASE("what changed is told after a restart too") {
  World world;
  const Synced first = world.sync(kAnna);
  world.set(kBen, "m.status", "1");
  world.house.restart();

  CHECK(World::told(world.sync(kAnna, first)) ==
        R"({"@ben:example.org":{"profile_updates":{"m.status":1}}})");
}

TEST_CASE("a sync that waits is answered by a change of a profile that it asks for") {
  World world;
  const auto wait = [&](std::string_view filter) {
    return world.house.begin_sync(kAnna, {.since = world.sync(kAnna, std::nullopt, filter),
                                          .filter = std::string(filter),
                                          .timeout = 30s});
  };
  const auto waiting = wait(kStatus);
  const auto other = wait("{}");
  CHECK_FALSE(world.house.is_answered(waiting));

  world.set(kBen, "m.status", "1");

  REQUIRE(world.house.is_answered(waiting));
  CHECK(World::told(**waiting) == R"({"@ben:example.org":{"profile_updates":{"m.status":1}}})");
  CHECK_FALSE(world.house.is_answered(other));
}

TEST_CASE("one's own change is told to one's other devices") {
  World world;
  const Synced first = world.sync(kAnna);
  world.set(kAnna, "m.status", "1");

  CHECK(World::told(world.sync(kAnna, first)) ==
        R"({"@anna:example.org":{"profile_updates":{"m.status":1}}})");
  // Of who is in no room the own changes are told as well.
  const Synced alone = world.sync(kCora);
  world.set(kCora, "m.status", "2");
  CHECK(World::told(world.sync(kCora, alone)) ==
        R"({"@cora:example.org":{"profile_updates":{"m.status":2}}})");
}

TEST_CASE(
    "who comes into a room is told of with what they have, who shares none any more as null") {
  World world;
  world.set(kCora, "m.status", "1");
  const Synced first = world.sync(kAnna);
  world.house.rooms().join(kCora, world.room);
  const Synced second = world.sync(kAnna, first);
  CHECK(World::told(second) == R"({"@cora:example.org":{"profile_updates":{"m.status":1}}})");

  world.set(kCora, "m.status", "2");
  world.house.run(world.house.rooms()->members.leave(kCora, world.room, std::nullopt));
  const Synced third = world.sync(kAnna, second);
  CHECK(World::told(third) == R"({"@cora:example.org":{"profile_updates":null}})");
  world.set(kCora, "m.status", "3");
  CHECK(World::told(world.sync(kAnna, third)).empty());
}

TEST_CASE("whoever comes into a room is told of all who are there") {
  World world;
  world.set(kBen, "m.status", "1");
  const Synced first = world.sync(kCora);
  world.house.rooms().join(kCora, world.room);

  CHECK(World::told(world.sync(kCora, first)) ==
        R"({"@ben:example.org":{"profile_updates":{"m.status":1}}})");
}

TEST_CASE("with members loaded lazily, profiles come with the members") {
  World world;
  world.house.rooms().join(kCora, world.room);
  world.set(kBen, "m.status", "1");
  world.set(kCora, "m.status", "2");
  world.house.run(world.house.rooms()->sending.set_state(
      kAnna,
      {.room = world.room, .type = "m.room.name", .key = "", .content = {{"name", "A room"}}}));
  world.house.rooms().say(kAnna, world.room, "hello");
  const Synced first = world.sync(kAnna, std::nullopt, kLazyStatus);
  CHECK(World::told(first).empty());

  world.house.rooms().say(kBen, world.room, "one");
  const Synced second = world.sync(kAnna, first, kLazyStatus);
  CHECK(World::told(second) == R"({"@ben:example.org":{"profile_updates":{"m.status":1}}})");
  world.house.rooms().say(kBen, world.room, "two");
  const Synced third = world.sync(kAnna, second, kLazyStatus);
  CHECK(World::told(third).empty());
  // Changes are told of everyone.
  world.set(kCora, "m.status", "3");
  CHECK(World::told(world.sync(kAnna, third, kLazyStatus)) ==
        R"({"@cora:example.org":{"profile_updates":{"m.status":3}}})");
}

TEST_CASE("with members loaded lazily, a room without a name tells the profiles of its heroes") {
  World world;
  world.set(kBen, "m.status", "1");
  world.house.rooms().say(kAnna, world.room, "hello");

  CHECK(World::told(world.sync(kAnna, std::nullopt, kLazyStatus)) ==
        R"({"@ben:example.org":{"profile_updates":{"m.status":1}}})");
}

TEST_CASE("of people whom one ignores no profile is told") {
  World world;
  world.house.put_account_data(kAnna, "m.ignored_user_list",
                               R"({"ignored_users":{"@ben:example.org":{}}})");
  world.set(kBen, "m.status", "1");
  const Synced first = world.sync(kAnna);
  CHECK(World::told(first).empty());
  world.set(kBen, "m.status", "2");
  CHECK(World::told(world.sync(kAnna, first)).empty());
}

TEST_CASE("the whole state brings all profiles again") {
  World world;
  world.set(kBen, "m.status", "1");
  const Synced first = world.sync(kAnna);
  const Synced again = world.house.sync(
      kAnna, {.since = first, .filter = std::string(kStatus), .scope = StateScope::full});

  CHECK(World::told(again) == R"({"@ben:example.org":{"profile_updates":{"m.status":1}}})");
}

}  // namespace
}  // namespace chancery::sync
