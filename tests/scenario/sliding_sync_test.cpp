// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Sliding sync over HTTP: both faces, what each refuses, and what a client of today does with it.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace chancery::scenario {
namespace {

// What a client asks for when it is opened.
const std::string kRoomList = R"({"conn_id":"room-list","lists":{"all_rooms":{"ranges":[[0,19]],
    "timeline_limit":1,"required_state":[["m.room.name",""],["m.room.encryption",""],
    ["m.room.member","$LAZY"],["m.room.member","$ME"],["m.room.create",""]],
    "filters":{"not_room_types":["m.space"]}}},"extensions":{"account_data":{"enabled":true},
    "receipts":{"enabled":true,"rooms":["*"]},"typing":{"enabled":true},
    "io.element.msc4308.thread_subscriptions":{"enabled":true,"limit":10}}})";

const base::Json* room_in(const ApiAnswer& answer, const std::string& room) {
  return answer.object().at("rooms").as_object().if_contains(room);
}

TEST_CASE("the server says that it has sliding sync and thread subscriptions") {
  ServerUnderTest server;
  CHECK(tells_of(server, "org.matrix.simplified_msc3575"));
  CHECK(tells_of(server, "org.matrix.msc4306"));
}

TEST_CASE("a client of today is told its rooms, follows them, and comes back after a restart") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  bob.join(room);
  const ApiAnswer first = bob.post(kSlidingSync, kRoomList);
  REQUIRE(first.status == 200);
  REQUIRE(room_in(first, room) != nullptr);
  CHECK(first.object().at("lists").at("all_rooms").at("count") == 1);

  auto waiting = bob.begin(http::Method::post,
                           kSlidingSync + "?timeout=30000&pos=" + first.text("pos"), kRoomList);
  alice.say(room, "hello");
  const ApiAnswer second = waiting.await();
  REQUIRE(second.status == 200);
  CHECK(text_at(*room_in(second, room), "/timeline/0/content/body") == "hello");
  server.restart();
  alice.say(room, "again");
  const ApiAnswer third = bob.post(kSlidingSync + "?pos=" + second.text("pos"), kRoomList);

  REQUIRE(third.status == 200);
  CHECK(text_at(*room_in(third, room), "/timeline/0/content/body") == "again");
  CHECK(find_at(*room_in(third, room), "/initial") == nullptr);
  // The position serves as a place in the timeline as well.
  const ApiAnswer before =
      bob.get("/rooms/" + room + "/messages?dir=b&limit=1&from=" + second.text("pos"));
  CHECK(text_at(before.json, "/chunk/0/content/body") == "hello");
}

TEST_CASE("the merged face has everything in the body") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const std::string room = alice.create_room();
  const std::string lists = R"("lists":{"mine":{"range":[0,9],"timeline_limit":3,
      "required_state":{"include":[{"type":"m.room.create","state_key":""}]}}})";
  const ApiAnswer first = alice.post(kMergedSlidingSync, "{" + lists + "}");
  alice.say(room, "hello");
  const ApiAnswer second = alice.post(
      kMergedSlidingSync, R"({"pos":")" + first.text("pos") + R"(","timeout":1000,)" + lists + "}");

  REQUIRE(first.status == 200);
  CHECK(text_at(*room_in(first, room), "/membership") == "join");
  REQUIRE(second.status == 200);
  CHECK(text_at(*room_in(second, room), "/timeline/0/content/body") == "hello");
}

TEST_CASE("what is wrong with a request is said by its code") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const auto refusal = [&](const std::string& target, const std::string& body) {
    const ApiAnswer answer = alice.post(target, body);
    return std::to_string(answer.status) + " " + answer.errcode();
  };

  CHECK(refusal(kSlidingSync + "?pos=s1_2_3", "{}") == "400 M_UNKNOWN_POS");
  CHECK(refusal(kSlidingSync + "?pos=nonsense", "{}") == "400 M_UNKNOWN_POS");
  CHECK(refusal(kMergedSlidingSync, R"({"pos":"s1_2_3"})") == "400 M_UNKNOWN_POS");
  CHECK(refusal(kMergedSlidingSync, R"({"set_presence":"asleep"})") == "400 M_INVALID_PARAM");
  CHECK(refusal(kSlidingSync + "?set_presence=asleep", "{}") == "400 M_INVALID_PARAM");
  CHECK(refusal(kSlidingSync + "?timeout=soon", "{}") == "400 M_INVALID_PARAM");
  CHECK(refusal(kSlidingSync, "[]") == "400 M_BAD_JSON");
  CHECK(refusal(kSlidingSync, "{") == "400 M_NOT_JSON");
  CHECK(refusal(kMergedSlidingSync, R"({"lists":{"a":{}}})") == "400 M_MISSING_PARAM");
  std::string state;
  for (int i = 0; i < 10'000; ++i) state += i == 0 ? R"(["*","*"])" : R"(,["*","*"])";
  CHECK(refusal(kSlidingSync, R"({"lists":{"a":{"timeline_limit":1,"required_state":[)" + state +
                                  "]}}}") == "400 M_INVALID_PARAM");
  CHECK(server.stranger().post(kSlidingSync, "{}").status == 401);
  CHECK(alice.post(kSlidingSync + "?timeout=-5", "").status == 200);
}

TEST_CASE("a connection ends with the device that has it") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", "correct horse battery");
  const Person tablet = server.sign_in(alice, "TABLET");
  alice.create_room();
  const ApiAnswer first = tablet.post(kSlidingSync, kRoomList);
  REQUIRE(first.status == 200);
  CHECK(alice.post(kSlidingSync + "?pos=" + first.text("pos"), kRoomList).errcode() ==
        "M_UNKNOWN_POS");
  REQUIRE(tablet.post("/logout").status == 200);
  const Person again = server.sign_in(alice, "TABLET");

  CHECK(again.post(kSlidingSync + "?pos=" + first.text("pos"), kRoomList).errcode() ==
        "M_UNKNOWN_POS");
}

TEST_CASE("whoever is thrown out sees nothing of what comes after, by state or by message") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  bob.join(room);
  const std::string all = R"({"lists":{"a":{"ranges":[[0,9]],"timeline_limit":20,
      "required_state":[["*","*"]]}}})";
  const ApiAnswer first = bob.post(kSlidingSync, all);
  REQUIRE(alice.post("/rooms/" + room + "/kick", R"({"user_id":"@bob:x"})").status == 200);
  REQUIRE(alice.put("/rooms/" + room + "/state/m.room.topic/", R"({"topic":"hidden"})").status ==
          200);
  alice.say(room, "hidden");

  for (const std::string& pos : {"?pos=" + first.text("pos"), std::string()}) {
    CAPTURE(pos);
    const ApiAnswer answer = bob.post(kSlidingSync + pos, all);
    REQUIRE(answer.status == 200);
    CHECK(room_in(answer, room) != nullptr);
    CHECK(answer.body.find("hidden") == std::string::npos);
  }
}

// --- thread subscriptions --------------------------------------------------------------------

std::string subscription(const std::string& room, const std::string& root) {
  return "/_matrix/client/unstable/io.element.msc4306/rooms/" + percent_encode(room) + "/thread/" +
         percent_encode(root) + "/subscription";
}
std::string reply(const Person& who, const std::string& room, const std::string& root,
                  const std::string& transaction) {
  return who
      .put("/rooms/" + room + "/send/m.room.message/" + transaction,
           R"({"msgtype":"m.text","body":"x","m.relates_to":{"rel_type":"m.thread","event_id":")" +
               root + "\"}}")
      .text("event_id");
}

TEST_CASE("a thread is followed by hand or because of an event, and conflicts are told") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const std::string room = alice.create_room();
  const std::string root = alice.say(room, "what do you think?");
  const std::string path = subscription(room, root);
  const auto because = [](const std::string& event) { return R"({"automatic":")" + event + "\"}"; };
  CHECK(alice.get(path).status == 404);
  CHECK(alice.del(path).status == 200);
  const std::string first = reply(alice, room, root, "1");
  CHECK(alice.put(path, because(root)).errcode() == "IO.ELEMENT.MSC4306.M_NOT_IN_THREAD");
  CHECK(alice.put(path, because("nonsense")).errcode() == "M_INVALID_PARAM");
  REQUIRE(alice.put(path, because(first)).status == 200);
  CHECK(alice.get(path).object().at("automatic").as_bool());
  REQUIRE(alice.put(path, "{}").status == 200);
  CHECK_FALSE(alice.get(path).object().at("automatic").as_bool());
  REQUIRE(alice.del(path).status == 200);
  const ApiAnswer conflict = alice.put(path, because(first));
  CHECK(conflict.status == 409);
  CHECK(conflict.errcode() == "IO.ELEMENT.MSC4306.M_CONFLICTING_UNSUBSCRIPTION");
  CHECK(alice.put(path, because(reply(alice, room, root, "2"))).status == 200);
  CHECK(alice.put(subscription(room, "$nothing"), "{}").status == 404);
}

TEST_CASE("thread subscriptions are told by sliding sync and can be paged through") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const std::string room = alice.create_room();
  const std::string root = alice.say(room, "root");
  const std::string other = alice.say(room, "other");
  const std::string wish = R"({"extensions":{"io.element.msc4308.thread_subscriptions":
      {"enabled":true,"limit":1}}})";
  const ApiAnswer first = alice.post(kSlidingSync, wish);
  CHECK(first.object().at("extensions").as_object().empty());
  REQUIRE(alice.put(subscription(room, root), "{}").status == 200);
  REQUIRE(alice.put(subscription(room, other), "{}").status == 200);
  const ApiAnswer second = alice.post(kSlidingSync + "?pos=" + first.text("pos"), wish);

  const base::JsonObject& told =
      second.object().at("extensions").at("io.element.msc4308.thread_subscriptions").as_object();
  const base::Json& shown = told.at("subscribed").at(room).at(other);
  CHECK_FALSE(shown.at("automatic").as_bool());
  CHECK(shown.at("bump_stamp").is_number());
  const std::string list = "/_matrix/client/unstable/io.element.msc4308/thread_subscriptions";
  const ApiAnswer rest =
      alice.get(list + "?dir=b&from=" + std::string(told.at("prev_batch").as_string()) +
                "&to=" + first.text("pos"));
  CHECK(rest.object().at("subscribed").at(room).as_object().contains(root));
  CHECK_FALSE(rest.object().contains("end"));
  CHECK(alice.get(list + "?dir=b&limit=1").object().contains("end"));
  for (const char* wrong : {"", "?dir=f", "?dir=b&from=x", "?dir=b&to=x", "?dir=b&limit=0"}) {
    CAPTURE(wrong);
    CHECK(alice.get(list + wrong).errcode() == "M_INVALID_PARAM");
  }
}

TEST_CASE("a thread that nobody follows is silent once its rule is switched on") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  bob.join(room);
  const std::string root = alice.say(room, "root");
  const auto notified = [&](const std::string& event) {
    server.settle();
    const ApiAnswer list = bob.get("/notifications?limit=50");
    const base::JsonArray& all = list.object().at("notifications").as_array();
    return std::ranges::any_of(
        all, [&](const base::Json& one) { return text_at(one, "/event/event_id") == event; });
  };
  CHECK(notified(reply(alice, room, root, "1")));
  REQUIRE(bob.put("/pushrules/global/override/.io.element.msc4306.rule.unsubscribed_thread/enabled",
                  R"({"enabled":true})")
              .status == 200);
  CHECK_FALSE(notified(reply(alice, room, root, "2")));
  REQUIRE(bob.put(subscription(room, root), "{}").status == 200);
  CHECK(notified(reply(alice, room, root, "3")));
}

}  // namespace
}  // namespace chancery::scenario
