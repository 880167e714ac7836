// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/unread_counters.hpp"

#include "runtime/task_group.hpp"
#include "storage/commit/change.hpp"
#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>

namespace chancery::push {
namespace {

using rooms::UnreadCount;
using support::PushWorld;

UnreadCount plain(std::uint64_t notifications) { return {notifications, 0}; }

TEST_CASE("messages count until they are read, mentions count as highlights too") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob", "carol"});
  CHECK(world.count("bob", room).whole_room == plain(0));

  world.say("alice", room);
  const auto second = world.mention("alice", room, "bob");
  CHECK(world.count("bob", room).whole_room == UnreadCount{2, 1});
  CHECK(world.count("carol", room).whole_room == plain(2));
  world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == UnreadCount{3, 1});

  world.read("bob", room, second);
  CHECK(world.count("bob", room).whole_room == plain(1));
  CHECK(world.count("bob", room).main == plain(1));
  CHECK(world.count("carol", room).whole_room == plain(3));
}

TEST_CASE("messages that were counted stay in the cache as text") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  const auto said = world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == plain(1));

  const auto event = world.run(world.rooms().events().find(said));
  REQUIRE(event);
  CHECK_FALSE(event->event->is_in_values());
}

TEST_CASE("a private receipt counts like a public one, another type of receipt does not") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob", "carol"});
  const auto said = world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == plain(1));
  world.read("bob", room, said, "", "org.example.seen");
  CHECK(world.count("bob", room).whole_room == plain(1));
  world.read("bob", room, said, "", "m.read.private");
  CHECK(world.count("bob", room).whole_room == plain(0));
}

TEST_CASE("what an ignored person says notifies of nothing, until they are ignored no longer") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob", "carol"});
  world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == plain(1));
  const auto ignore = [&](std::string users) {
    world.run(world.account_data().put(PushWorld::session("bob"), "", "m.ignored_user_list",
                                       R"({"ignored_users":)" + users + "}"));
  };

  ignore(R"({"@alice:x":{}})");
  CHECK(world.count("bob", room).whole_room == plain(0));
  world.mention("alice", room, "bob");
  world.say("carol", room);
  CHECK(world.count("bob", room).whole_room == plain(1));
  CHECK(world.count("alice", room).whole_room == plain(1));

  ignore("{}");
  CHECK(world.count("bob", room).whole_room == UnreadCount{3, 1});
}

TEST_CASE("counts after a restart are those before it") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob", "carol"});
  const auto root = world.say("alice", room);
  world.relate("alice", room, root, "m.thread");
  world.mention("alice", room, "bob");
  world.read("bob", room, root);
  const rooms::UnreadCounts before = world.count("bob", room);
  CHECK(before.whole_room == UnreadCount{2, 1});

  world.restart();
  const rooms::UnreadCounts after = world.count("bob", room);
  CHECK(after.whole_room == before.whole_room);
  CHECK(after.main == before.main);
  CHECK(after.threads == before.threads);
}

TEST_CASE("threads count apart, and receipts cover what they name") {
  // A <- B, C, E in a thread; D in the main timeline; F refers to A; G reacts to F.
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  const auto a = world.say("alice", room);
  const auto b = world.relate("alice", room, a, "m.thread");
  world.relate("alice", room, a, "m.thread");
  const auto d = world.mention("alice", room, "bob");
  world.relate("alice", room, a, "m.thread");
  const auto f = world.relate("alice", room, a, "m.reference");
  const auto g = world.send(
      "alice", room,
      {{"m.relates_to",
        base::JsonObject{{"rel_type", "m.annotation"}, {"event_id", f.text()}, {"key", "+"}}}},
      "m.reaction");

  rooms::UnreadCounts counts = world.count("bob", room);
  CHECK(counts.whole_room == UnreadCount{6, 1});
  CHECK(counts.main == UnreadCount{3, 1});
  CHECK(counts.threads.at(a.text()) == plain(3));

  world.read("bob", room, a, "main");
  counts = world.count("bob", room);
  CHECK(counts.main == UnreadCount{2, 1});
  CHECK(counts.threads.at(a.text()) == plain(3));

  world.read("bob", room, b, a.text());
  counts = world.count("bob", room);
  CHECK(counts.main == UnreadCount{2, 1});
  CHECK(counts.threads.at(a.text()) == plain(2));

  world.read("bob", room, d);
  counts = world.count("bob", room);
  CHECK(counts.main == plain(1));
  CHECK(counts.threads.at(a.text()) == plain(1));

  // What relates to the root in another way stands for the whole thread, not the main timeline.
  world.read("bob", room, g, a.text());
  counts = world.count("bob", room);
  CHECK(counts.whole_room == plain(1));
  CHECK(counts.main == plain(1));
  CHECK(counts.threads.empty());

  world.restart();
  counts = world.count("bob", room);
  CHECK(counts.main == plain(1));
  CHECK(counts.threads.empty());
}

TEST_CASE("a thread that was read is remembered when the main timeline is read after it") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  const auto root = world.say("alice", room);
  const auto reply = world.relate("alice", room, root, "m.thread");
  const auto last = world.say("alice", room);
  world.read("bob", room, last, "main");
  CHECK(world.count("bob", room).threads.at(root.text()) == plain(1));
  CHECK(world.count("bob", room).main == plain(0));
  world.read("bob", room, reply, root.text());
  CHECK(world.count("bob", room).whole_room == plain(0));
}

TEST_CASE("who answers has read what they answer, in that thread only") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  const auto root = world.say("alice", room);
  world.relate("alice", room, root, "m.thread");
  CHECK(world.count("bob", room).whole_room == plain(2));
  world.say("bob", room);
  rooms::UnreadCounts counts = world.count("bob", room);
  CHECK(counts.main == plain(0));
  CHECK(counts.threads.at(root.text()) == plain(1));
  world.relate("bob", room, root, "m.thread");
  CHECK(world.count("bob", room).whole_room == plain(0));

  world.restart();
  CHECK(world.count("bob", room).whole_room == plain(0));
}

TEST_CASE("a new display name is no sign of having read") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  world.say("alice", room);
  world.name_member("bob", room, "Robert");
  CHECK(world.count("bob", room).whole_room == plain(1));
}

TEST_CASE("whoever is called by the name that they have now is highlighted") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  world.name_member("bob", room, "Robert");
  world.say("alice", room, "ask Robert");
  CHECK(world.count("bob", room).whole_room == UnreadCount{1, 1});
  world.say("alice", room, "Robert knows");
  CHECK(world.count("bob", room).whole_room == UnreadCount{2, 2});

  world.name_member("bob", room, "Sir Robin");
  world.say("alice", room, "not Robert");
  CHECK(world.count("bob", room).whole_room == UnreadCount{3, 2});
  world.say("alice", room, "but Sir Robin");
  CHECK(world.count("bob", room).whole_room == UnreadCount{4, 3});
}

TEST_CASE("what came before the member counts for nothing, also after another join") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  world.say("alice", room);
  world.join("carol", room);
  CHECK(world.count("carol", room).whole_room == plain(0));
  world.say("alice", room);
  CHECK(world.count("carol", room).whole_room == plain(1));

  world.leave("carol", room);
  CHECK(world.count("carol", room).whole_room == plain(0));
  world.say("alice", room);
  world.join("carol", room);
  CHECK(world.count("carol", room).whole_room == plain(0));
}

TEST_CASE("what was redacted counts no more") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  const auto first = world.say("alice", room);
  world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == plain(2));
  world.redact("alice", room, first);
  CHECK(world.count("bob", room).whole_room == plain(1));
  world.restart();
  CHECK(world.count("bob", room).whole_room == plain(1));
}

TEST_CASE("a room that was muted counts nothing from then on, and again when it is not") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob", "carol"});
  world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == plain(1));

  world.run(world.rules().put(
      PushWorld::session("bob"),
      {.kind = protocol::PushRuleKind::override,
       .id = "quiet",
       .body = PushWorld::json(R"({"actions":[],"conditions":[{"kind":"event_match",)"
                               R"("key":"room_id","pattern":")" +
                               room.text() + R"("}]})"),
       .before = std::nullopt,
       .after = std::nullopt}));
  CHECK(world.count("bob", room).whole_room == plain(0));
  CHECK(world.count("carol", room).whole_room == plain(1));

  world.run(world.rules().remove(PushWorld::session("bob"),
                                 {.kind = protocol::PushRuleKind::override, .id = "quiet"}));
  CHECK(world.count("bob", room).whole_room == plain(1));
}

TEST_CASE("a message to the whole room highlights for all, if its sender may") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob", "carol"});
  const auto shout = [&](const std::string& who) {
    world.send(who, room,
               {{"msgtype", "m.text"},
                {"body", "all of you"},
                {"m.mentions", base::JsonObject{{"room", true}}}});
  };
  shout("alice");
  CHECK(world.count("carol", room).whole_room == UnreadCount{1, 1});
  shout("bob");
  CHECK(world.count("carol", room).whole_room == UnreadCount{2, 1});
}

TEST_CASE("a room that nobody reads counts the newest messages up to a bound") {
  PushWorld world({.most_events = 20});
  const auto room = world.make_room({"alice", "bob"});
  for (int i = 0; i < 30; ++i) world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == plain(20));
  world.say("alice", room);
  CHECK(world.count("bob", room).whole_room == plain(20));
}

TEST_CASE("counters asked for least recently go when memory is used up, and come back") {
  PushWorld world({.memory_bytes = 4'000});
  std::vector<protocol::RoomId> rooms;
  for (int i = 0; i < 12; ++i) {
    rooms.push_back(world.make_room({"alice", "bob"}));
    world.say("alice", rooms.back());
  }
  for (const auto& room : rooms) CHECK(world.count("bob", room).whole_room == plain(1));
  CHECK(world.counters().size() < rooms.size());
  for (const auto& room : rooms) CHECK(world.count("bob", room).whole_room == plain(1));
}

runtime::Task<> count_in_background(PushWorld& world, rooms::RoomPtr room) {
  co_await world.counters().count(PushWorld::user("bob"), std::move(room));
}

// Counts while the receipt is on its way, and again after it.
runtime::Task<rooms::UnreadCounts> count_during(PushWorld& world, rooms::RoomPtr room,
                                                storage::PutReceipt receipt) {
  storage::Change change;
  change.mutations.emplace_back(std::move(receipt));
  runtime::TaskGroup group("counting");
  group.spawn(count_in_background(world, room));
  co_await world.committer().commit(std::move(change));
  co_await group.join();
  co_return co_await world.counters().count(PushWorld::user("bob"), room);
}

TEST_CASE("a receipt that comes while the messages before it are being counted is not lost") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    PushWorld world({}, seed);
    const auto room = world.make_room({"alice", "bob"});
    const auto first = world.say("alice", room);
    world.say("alice", room);
    const rooms::RoomPtr loaded = world.get(room);
    const auto counts = world.run(
        count_during(world, loaded,
                     {.room = loaded->number(),
                      .user = PushWorld::user("bob"),
                      .type = "m.read",
                      .thread = "",
                      .event = first,
                      .event_position = world.run(world.rooms().events().find(first))->position,
                      .at = {}}));
    CHECK(counts.whole_room == plain(1));
  }
}

}  // namespace
}  // namespace chancery::push
