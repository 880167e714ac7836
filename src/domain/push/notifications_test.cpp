// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/notifications.hpp"

#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>

namespace chancery::push {
namespace {

using support::PushWorld;

struct Asked {
  std::size_t limit = 20;
  Notifications::Only only = Notifications::Only::all;
  storage::StreamPosition until = {UINT64_MAX};
};

NotificationPage load(PushWorld& world, Asked asked = {}) {
  return world.run(world.notifications().load({.user = PushWorld::user("bob"),
                                               .until = asked.until,
                                               .limit = asked.limit,
                                               .only = asked.only}));
}

std::vector<std::string> ids(const NotificationPage& page) {
  std::vector<std::string> all;
  for (const Notification& one : page.notifications) all.push_back(one.event->event->id().text());
  return all;
}

TEST_CASE("notifications of all rooms come newest first, with what they do") {
  PushWorld world;
  const auto one = world.make_room({"alice", "bob", "carol"});
  const auto two = world.make_room({"alice", "bob"});
  const auto first = world.say("alice", one);
  const auto second = world.mention("alice", two, "bob");
  world.say("bob", one);
  const auto third = world.say("carol", one);

  const NotificationPage page = load(world);
  CHECK(ids(page) == std::vector{third.text(), second.text(), first.text()});
  CHECK(!page.next);
  CHECK(page.notifications[0].actions == base::JsonArray{"notify"});
  CHECK(page.notifications[1].room == two);
  const base::JsonArray& loud = page.notifications[1].actions;
  CHECK(std::ranges::find(loud, base::Json(base::JsonObject{{"set_tweak", "highlight"}})) !=
        loud.end());
}

TEST_CASE("pages follow each other without gap or repetition") {
  PushWorld world;
  const auto one = world.make_room({"alice", "bob"});
  const auto two = world.make_room({"alice", "bob"});
  std::vector<std::string> said;
  for (int i = 0; i < 25; ++i) {
    said.insert(said.begin(), world.say("alice", i % 3 == 0 ? one : two).text());
  }
  std::vector<std::string> told;
  Asked asked{.limit = 4};
  for (int pages = 0; pages < 20; ++pages) {
    const NotificationPage page = load(world, asked);
    for (std::string& id : ids(page)) told.push_back(std::move(id));
    if (!page.next) break;
    asked.until = *page.next;
  }
  CHECK(told.size() == said.size());
  CHECK(told == said);
}

TEST_CASE("highlights can be asked for alone") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  const auto mention = world.mention("alice", room, "bob");
  world.say("alice", room);
  CHECK(ids(load(world, {.only = Notifications::Only::highlights})) == std::vector{mention.text()});
}

TEST_CASE("a notification says whether it was read, thread by thread") {
  PushWorld world;
  const auto room = world.make_room({"alice", "bob"});
  const auto root = world.say("alice", room);
  world.relate("alice", room, root, "m.thread");
  world.say("alice", room);
  world.read("bob", room, root, "main");
  const NotificationPage page = load(world);
  REQUIRE(page.notifications.size() == 3);
  CHECK(page.notifications[0].read == Notification::Read::no);
  CHECK(page.notifications[1].read == Notification::Read::no);
  CHECK(page.notifications[2].read == Notification::Read::yes);
}

TEST_CASE("nothing is told of before one came, of what was redacted, or of rooms one left") {
  PushWorld world;
  const auto room = world.make_room({"alice"});
  world.say("alice", room);
  world.join("bob", room);
  const auto redacted = world.say("alice", room);
  const auto kept = world.say("alice", room);
  world.redact("alice", room, redacted);
  CHECK(ids(load(world)) == std::vector{kept.text()});
  world.leave("bob", room);
  CHECK(ids(load(world)).empty());
}

}  // namespace
}  // namespace chancery::push
