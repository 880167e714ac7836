// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What people do all day: make rooms, come in, talk, and hear of it.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

using Texts = std::vector<std::string>;

// Alice's room with Bob in it, who was invited.
struct Two {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room(R"({"preset":"private_chat","invite":["@bob:x"]})");
  Two() { bob.join(room); }

  // A sync of Bob that waits for news.
  Pending wait(const std::string& since) const {
    return bob.begin(http::Method::get, "/sync?timeout=30000&since=" + since);
  }
  std::int64_t unread(const Person& who, const std::string& member = "notification_count") const {
    const ApiAnswer answer = who.sync();
    const base::Json* count =
        find_at(answer.json, "/rooms/join/" + room + "/unread_notifications/" + member);
    return count == nullptr ? -1 : count->as_int64();
  }
};

TEST_CASE("an invite shows to the invited, who joins and hears what is said") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");

  const std::string room =
      alice.create_room(R"({"preset":"private_chat","name":"Tea","invite":["@bob:x"]})");
  const ApiAnswer invited = bob.sync();
  REQUIRE(find_at(invited.json, "/rooms/invite/" + room) != nullptr);
  CHECK(find_at(invited.json, "/rooms/join") == nullptr);

  bob.join(room);
  alice.say(room, "hello");
  const ApiAnswer heard = bob.sync(invited.text("next_batch"));
  CHECK(messages_in(heard, room) == Texts{"hello"});
  CHECK(messages_in(bob.sync(heard.text("next_batch")), room).empty());
}

TEST_CASE("a sync that waits is answered by the message, and not before") {
  Two two;
  Pending waiting = two.wait(two.bob.position());
  two.server.scheduler().run_ready();
  REQUIRE_FALSE(waiting.is_answered());

  two.alice.say(two.room, "are you there?");
  two.server.settle();

  REQUIRE(waiting.is_answered());
  CHECK(messages_in(waiting.await(), two.room) == Texts{"are you there?"});
}

TEST_CASE("a sync that waits in vain ends when its time is up, with nothing") {
  Two two;
  const std::string since = two.bob.position();
  Pending waiting = two.wait(since);
  two.server.scheduler().advance(std::chrono::milliseconds(29'999));
  CHECK_FALSE(waiting.is_answered());

  two.server.scheduler().advance(std::chrono::milliseconds(2));

  REQUIRE(waiting.is_answered());
  const ApiAnswer answer = waiting.await();
  CHECK(answer.status == 200);
  CHECK(find_at(answer.json, "/rooms") == nullptr);
}

TEST_CASE("a client that hangs up while it waits leaves nothing behind that waits") {
  Two two;
  Pending waiting = two.wait(two.bob.position());
  two.server.scheduler().run_ready();

  waiting.hang_up();

  CHECK(waiting.is_answered());
}

TEST_CASE("every message comes once and in order however many sync while it is sent") {
  Two two;
  std::string since = two.bob.position();
  Texts sent;
  Texts heard;
  for (int round = 0; round < 20; ++round) {
    Pending waiting = two.wait(since);
    for (int i = 0; i < 3; ++i) {
      sent.push_back(unique_text());
      two.alice.say(two.room, sent.back());
    }
    const ApiAnswer answer = waiting.await();
    for (std::string& text : messages_in(answer, two.room)) heard.push_back(std::move(text));
    since = answer.text("next_batch");
  }
  for (std::string& text : messages_in(two.bob.sync(since), two.room)) {
    heard.push_back(std::move(text));
  }

  CHECK(heard == sent);
}

TEST_CASE("messages sent at once by many all arrive, each once") {
  ServerUnderTest server({}, 7);
  const Person alice = server.register_user("alice");
  const std::string room = alice.create_room();
  std::vector<Pending> sends;
  for (int i = 0; i < 50; ++i) {
    sends.push_back(alice.begin(
        http::Method::put, "/rooms/" + room + "/send/m.room.message/at-once" + std::to_string(i),
        message_of(std::to_string(i))));
  }
  for (Pending& send : sends) CHECK(send.await().status == 200);

  Texts all = all_messages(alice, room);
  REQUIRE(all.size() == 50);
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

TEST_CASE("what is unread is counted until it is read, also over a restart") {
  Two two;
  two.alice.say(two.room, "one");
  const std::string last = two.alice.say(two.room, "two, bob");
  CHECK(two.unread(two.bob) == 2);
  CHECK(two.unread(two.alice) == 0);

  two.server.restart();
  CHECK(two.unread(two.bob) == 2);

  REQUIRE(two.bob.post("/rooms/" + two.room + "/receipt/m.read/" + percent_encode(last)).status ==
          200);
  CHECK(two.unread(two.bob) == 0);
  two.server.restart();
  CHECK(two.unread(two.bob) == 0);
}

TEST_CASE("a restart keeps rooms, members, messages and their order, and tokens go on") {
  Two two;
  for (int i = 0; i < 30; ++i) two.alice.say(two.room, std::to_string(i));
  const std::string since = two.bob.position();
  const Texts before = all_messages(two.bob, two.room);
  const ApiAnswer state = two.alice.get("/rooms/" + two.room + "/state");

  two.server.restart();

  CHECK(all_messages(two.bob, two.room) == before);
  CHECK(two.alice.get("/rooms/" + two.room + "/state").json == state.json);
  two.alice.say(two.room, "after");
  CHECK(messages_in(two.bob.sync(since), two.room) == Texts{"after"});
  Texts after = before;
  after.emplace_back("after");
  CHECK(all_messages(two.bob, two.room) == after);
}

TEST_CASE("a restart while a client waits ends its request, and nothing is missed by the next") {
  Two two;
  const std::string since = two.bob.position();
  Pending waiting = two.wait(since);
  two.server.scheduler().run_ready();

  two.server.restart();
  two.alice.say(two.room, "back again");

  CHECK(messages_in(two.bob.sync(since), two.room) == Texts{"back again"});
}

TEST_CASE("a room that all had left before a restart is itself when somebody comes back") {
  Two two;
  const std::string room = two.alice.create_room();
  const std::string since = two.bob.position();
  REQUIRE(two.alice.post("/rooms/" + room + "/leave").status == 200);

  two.server.restart();
  two.bob.join(room);

  const ApiAnswer sync = two.bob.sync(since);
  CHECK(find_at(sync.json, "/rooms/join/" + room) != nullptr);
  CHECK(find_at(sync.json, "/rooms/join/") == nullptr);
  CHECK(two.bob.get("/joined_rooms").body.find(room) != std::string::npos);
}

TEST_CASE("who leaves hears no more, and who comes back hears what comes from then on") {
  Two two;
  REQUIRE(two.bob.post("/rooms/" + two.room + "/leave").status == 200);
  const std::string since = two.bob.position();
  two.alice.say(two.room, "between us");
  CHECK(messages_in(two.bob.sync(since), two.room).empty());
  CHECK(two.bob.get("/rooms/" + two.room + "/joined_members").status == 403);

  two.alice.post("/rooms/" + two.room + "/invite", R"({"user_id":"@bob:x"})");
  two.bob.join(two.room);
  two.alice.say(two.room, "welcome back");

  CHECK(messages_in(two.bob.sync(since), two.room).back() == "welcome back");
}

}  // namespace
}  // namespace chancery::scenario
