// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Profiles in a sliding sync: of which rooms' members, which fields, and when.
#include "domain/sync/sliding_profiles.hpp"

#include "storage/commit/change.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using namespace std::chrono_literals;
using support::RoomHouse;
using support::Slid;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

struct Wish {
  std::string window = "[[0,9]]";
  std::string more;  // of the extension
  std::string state = "[]";
  int timeline = 5;
};
std::string text(const Wish& wish) {
  return R"({"lists":{"all":{"ranges":)" + wish.window + R"(,"timeline_limit":)" +
         std::to_string(wish.timeline) + R"(,"required_state":)" + wish.state +
         R"(}},"extensions":{"org.matrix.msc4262.profiles":{"enabled":true)" + wish.more + "}}}";
}
const std::string kLazy = R"([["m.room.member","$LAZY"]])";

struct World {
  protocol::RoomId make_room(const rooms::Actor& other = kBen) {
    const protocol::RoomId room =
        house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
    house.rooms().join(other, room);
    return room;
  }
  void set(const rooms::Actor& who, const char* field, const char* value) {
    storage::Change change;
    change.mutations.emplace_back(
        storage::SetProfileField{.user = who.user, .field = field, .value = value});
    house.run(house.rooms().store().committer().commit(std::move(change)));
  }
  Slid slide(const rooms::Actor& who, const Wish& wish, std::optional<Slid> from = std::nullopt) {
    return house.slide(who, {.body = text(wish), .from = std::move(from)});
  }
  // What is told, as JSON; "" when nothing is.
  static std::string told(const Slid& answer) {
    const base::JsonObject* extension = answer.extension("org.matrix.msc4262.profiles");
    return extension == nullptr ? "" : base::to_text(*base::find_object(*extension, "users"));
  }

  SyncHouse house;
};

TEST_CASE("a room that is told of first brings the profiles of its members") {
  World world;
  world.make_room();
  world.set(kBen, "m.status", R"({"text":"busy"})");
  world.set(kAnna, "m.tz", R"("UTC")");
  world.set(kCora, "m.status", "1");

  const Slid first = world.slide(kAnna, {});
  const Slid second = world.slide(kAnna, {}, first);

  CHECK(World::told(first) == R"({"@anna:example.org":{"updated":{"m.tz":"UTC"}},)"
                              R"("@ben:example.org":{"updated":{"m.status":{"text":"busy"}}}})");
  CHECK(World::told(second).empty());
  // Who does not ask is told nothing.
  const Slid other =
      world.house.slide(kAnna, {.body = R"({"lists":{"all":{"ranges":[[0,9]],"timeline_limit":1,)"
                                        R"("required_state":[]}},"extensions":{}})"});
  CHECK(World::told(other).empty());
}

TEST_CASE("only the fields that are asked for are told, and one that is gone as removed") {
  World world;
  world.make_room();
  world.set(kBen, "m.status", "1");
  world.set(kBen, "m.tz", "2");
  const Wish wish{.more = R"(,"fields":["m.tz","m.status"])"};
  const Wish tz{.more = R"(,"fields":["m.tz"])"};
  CHECK(World::told(world.slide(kAnna, tz)) == R"({"@ben:example.org":{"updated":{"m.tz":2}}})");
  const Slid first = world.slide(kAnna, wish);
  world.set(kBen, "m.status", "");
  world.set(kBen, "m.tz", "3");
  world.set(kBen, "displayname", R"("Ben")");

  CHECK(World::told(world.slide(kAnna, wish, first)) ==
        R"({"@ben:example.org":{"updated":{"m.tz":3},"removed":["m.status"]}})");
}

TEST_CASE("changes are told of whoever shares a room, also outside of every window") {
  World world;
  world.make_room();
  world.make_room(kCora);
  const Wish wish{.window = "[[0,0]]"};
  const Slid first = world.slide(kAnna, wish);
  CHECK(World::told(first).empty());
  world.set(kBen, "m.status", "1");
  world.set(RoomHouse::person("dora"), "m.status", "2");

  CHECK(World::told(world.slide(kAnna, wish, first)) ==
        R"({"@ben:example.org":{"updated":{"m.status":1}}})");
}

TEST_CASE("a room that comes into the window brings the profiles of its members") {
  World world;
  world.set(kBen, "m.status", "1");
  world.set(kCora, "m.status", "2");
  const protocol::RoomId older = world.make_room();
  world.make_room(kCora);
  const Wish wish{.window = "[[0,0]]"};
  const Slid first = world.slide(kAnna, wish);
  CHECK(World::told(first) == R"({"@cora:example.org":{"updated":{"m.status":2}}})");

  world.house.rooms().say(kBen, older, "hello");
  const Slid second = world.slide(kAnna, wish, first);

  CHECK(World::told(second) == R"({"@ben:example.org":{"updated":{"m.status":1}}})");
  // An answer that got lost is given again.
  CHECK(World::told(world.slide(kAnna, wish, first)) == World::told(second));
}

TEST_CASE("a sliding sync that waits is answered by a change of a profile") {
  World world;
  world.make_room();
  const Slid first = world.slide(kAnna, {});
  const auto waiting =
      world.house.begin_slide(kAnna, {.body = text({}), .from = first, .timeout = 30s});
  CHECK_FALSE(world.house.is_answered(waiting));

  world.set(kBen, "m.status", "1");

  CHECK(World::told(world.house.await(waiting)) ==
        R"({"@ben:example.org":{"updated":{"m.status":1}}})");
}

TEST_CASE("where members are loaded lazily, whom the answer shows is told, once") {
  World world;
  const protocol::RoomId room = world.make_room();
  world.house.rooms().join(kCora, room);
  world.set(kBen, "m.status", "1");
  world.set(kCora, "m.status", "2");
  world.house.run(world.house.rooms()->sending.set_state(
      kAnna, {.room = room, .type = "m.room.name", .key = "", .content = {{"name", "A room"}}}));
  world.house.rooms().say(kAnna, room, "hello");
  const Wish wish{.state = kLazy, .timeline = 1};
  const Slid first = world.slide(kAnna, wish);
  CHECK(World::told(first).empty());

  world.house.rooms().say(kBen, room, "one");
  const Slid second = world.slide(kAnna, wish, first);
  CHECK(World::told(second) == R"({"@ben:example.org":{"updated":{"m.status":1}}})");
  world.house.rooms().say(kBen, room, "two");
  CHECK(World::told(world.slide(kAnna, wish, second)).empty());
}

TEST_CASE("heroes of a room that loads its members lazily are told with it") {
  World world;
  const protocol::RoomId room = world.make_room();
  world.set(kBen, "m.status", "1");
  world.house.rooms().say(kAnna, room, "hello");

  CHECK(World::told(world.slide(kAnna, {.state = kLazy, .timeline = 1})) ==
        R"({"@ben:example.org":{"updated":{"m.status":1}}})");
}

TEST_CASE("who asks for another field is told it of everyone in the rooms") {
  World world;
  world.make_room();
  world.set(kBen, "m.status", "1");
  world.set(kBen, "m.tz", "2");
  const Slid first = world.slide(kAnna, {.more = R"(,"fields":["m.status"])", .state = kLazy});

  const Slid second =
      world.slide(kAnna, {.more = R"(,"fields":["m.status","m.tz"])", .state = kLazy}, first);
  CHECK(World::told(second) == R"({"@ben:example.org":{"updated":{"m.status":1,"m.tz":2}}})");
  const Slid third = world.slide(kAnna, {.more = R"(,"fields":["m.tz"])", .state = kLazy}, second);
  CHECK(World::told(third).empty());
  CHECK_FALSE(World::told(world.slide(kAnna, {.state = kLazy}, third)).empty());
}

TEST_CASE("who comes into a room is told of, who shares none any more is null") {
  World world;
  const protocol::RoomId room = world.make_room();
  world.set(kCora, "m.status", "1");
  const Slid first = world.slide(kAnna, {});
  world.house.rooms().join(kCora, room);
  const Slid second = world.slide(kAnna, {}, first);
  CHECK(World::told(second) == R"({"@cora:example.org":{"updated":{"m.status":1}}})");

  world.house.run(world.house.rooms()->members.leave(kCora, room, std::nullopt));
  CHECK(World::told(world.slide(kAnna, {}, second)) == R"({"@cora:example.org":null})");
}

TEST_CASE("an extension that is told of some rooms brings the profiles of those") {
  World world;
  const protocol::RoomId room = world.make_room();
  world.make_room(kCora);
  world.set(kBen, "m.status", "1");
  world.set(kCora, "m.status", "2");

  CHECK(World::told(
            world.slide(kAnna, {.more = R"(,"lists":[],"rooms":[")" + room.text() + R"("])"})) ==
        R"({"@ben:example.org":{"updated":{"m.status":1}}})");
}

TEST_CASE("what was told is remembered over a restart") {
  World world;
  world.make_room();
  world.set(kBen, "m.status", "1");
  const Wish wish{.more = R"(,"fields":["m.status"])"};
  const Slid first = world.slide(kAnna, wish);
  world.house.restart();
  const Slid second = world.slide(kAnna, wish, first);
  CHECK(World::told(second).empty());
  world.set(kBen, "m.status", "2");
  world.house.restart();

  CHECK(World::told(world.slide(kAnna, wish, second)) ==
        R"({"@ben:example.org":{"updated":{"m.status":2}}})");
}

TEST_CASE("rooms with too many people for one answer bring them with the next ones") {
  World world;
  SlidingProfiles few({.updates = world.house->profile_updates,
                       .memberships = world.house.rooms()->rooms.memberships()},
                      {.most_members = 2, .most_newcomers = 2});
  // Of a room of three nobody is told who is not shown.
  const protocol::RoomId large = world.make_room();
  world.house.rooms().join(kCora, large);
  world.make_room(kBen);
  world.make_room(kCora);
  world.set(kBen, "m.status", "1");
  world.set(kCora, "m.status", "2");

  const auto request = world.house.slide_request(kAnna, {.body = text({.timeline = 0})});
  SlidingConnection connection({.user = kAnna.user, .device = kAnna.device, .connection = ""}, 1);
  const storage::StreamPosition until = world.house.rooms().store().committer().last_position();
  const SlidingAnswer answer{.request = request,
                             .connection = connection,
                             .until = until,
                             .step = 1,
                             .view = {.user = kAnna.user, .device = kAnna.device, .now = {}}};
  const std::string list = "all";
  const auto ask = [&](TellingDraft& draft) {
    std::vector<RoomWanted> shown;
    const auto rooms = world.house.rooms()->rooms.memberships().current_rooms(kAnna.user);
    for (const rooms::UserRoom& room : rooms) {
      shown.push_back({.room = room,
                       .state = std::make_shared<const WantedState>(std::vector<RequiredState>(1)),
                       .lists = {&list}});
      ToldRoom told = draft.get(room.room);
      told.told = until;
      draft.set(room.room, told);
    }
    std::string out;
    world.house.run(few.add(out, answer, shown, draft));
    return out;
  };
  TellingDraft draft(connection, {});
  const std::string one = ask(draft);
  CHECK(draft.all().has_rest);
  CHECK(one.find("@ben:") != std::string::npos);
  CHECK(one.find("@cora:") == std::string::npos);
  draft.all().has_rest = false;
  const std::string two = ask(draft);
  CHECK_FALSE(draft.all().has_rest);
  CHECK(two.find("@cora:") != std::string::npos);
  CHECK(two.find("@ben:") == std::string::npos);
}

}  // namespace
}  // namespace chancery::sync
