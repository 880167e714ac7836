// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Presence: whoever does something is online, and whoever hides stays hidden.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

struct Online {
  std::string presence_of(const Person& who) {
    return bob.get("/presence/" + who.id() + "/status").text("presence");
  }
  void set(const Person& who, const std::string& presence) {
    REQUIRE(who.put("/presence/" + who.id() + "/status", R"({"presence":")" + presence + "\"}")
                .status == 200);
  }
  // So long, with a client that syncs every minute and nobody before it.
  void pass(std::chrono::minutes time) {
    for (std::chrono::minutes gone{0}; gone < time; ++gone) {
      server.scheduler().advance(std::chrono::minutes(1));
      REQUIRE(alice.sync().status == 200);
      server.composition().accounts().presence.expire();
    }
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room();
};

TEST_CASE("who says something, reads on or types comes back from being away") {
  Online world;
  world.bob.join(world.room);
  const std::string said = world.bob.say(world.room, "hello?");
  world.pass(std::chrono::minutes(7));
  REQUIRE(world.presence_of(world.alice) == "unavailable");

  world.alice.say(world.room, "yes");
  world.server.settle();
  CHECK(world.presence_of(world.alice) == "online");

  world.pass(std::chrono::minutes(7));
  REQUIRE(world.presence_of(world.alice) == "unavailable");
  REQUIRE(
      world.alice.post("/rooms/" + world.room + "/receipt/m.read/" + percent_encode(said)).status ==
      200);
  world.server.settle();
  CHECK(world.presence_of(world.alice) == "online");

  world.pass(std::chrono::minutes(7));
  REQUIRE(world.presence_of(world.alice) == "unavailable");
  REQUIRE(world.alice
              .put("/rooms/" + world.room + "/typing/" + world.alice.id(),
                   R"({"typing":true,"timeout":1000})")
              .status == 200);
  CHECK(world.presence_of(world.alice) == "online");
}

TEST_CASE("who chats stays online for as long as they do") {
  Online world;
  world.bob.join(world.room);
  for (int i = 0; i < 5; ++i) {
    world.pass(std::chrono::minutes(3));
    world.alice.say(world.room, "more");
    world.server.settle();
    CHECK(world.presence_of(world.alice) == "online");
  }
}

TEST_CASE("a new name is told with the presence of who is online") {
  Online world;
  world.bob.join(world.room);
  world.set(world.alice, "online");
  const std::string since = world.bob.position();
  REQUIRE(world.alice
              .put("/profile/" + world.alice.id() + "/displayname", R"({"displayname":"Dr. A."})")
              .status == 200);
  world.server.settle();

  const ApiAnswer told = world.bob.sync(since);
  CHECK(text_at(told.json, "/presence/events/0/sender") == world.alice.id());
  CHECK(text_at(told.json, "/presence/events/0/content/displayname") == "Dr. A.");
  CHECK(text_at(told.json, "/presence/events/0/content/presence") == "online");
}

TEST_CASE("who is offline, or never was online, does not appear by what they say") {
  Online world;
  world.bob.join(world.room);
  const Person carol = world.server.register_user("carol");
  carol.join(world.room);
  world.set(world.alice, "offline");
  REQUIRE(world.alice.get("/sync?set_presence=offline").status == 200);

  world.alice.say(world.room, "hidden");
  carol.say(world.room, "by a script");
  world.server.settle();

  CHECK(world.presence_of(world.alice) == "offline");
  CHECK(world.presence_of(carol) == "offline");
}

}  // namespace
}  // namespace chancery::scenario
