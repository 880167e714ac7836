// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// How clients read before /sync: a first look at everything, then the stream of events.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

struct Old {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room(R"({"preset":"public_chat"})");
};

const base::JsonArray& list(const base::JsonObject& object, std::string_view name) {
  return *base::find_array(object, name);
}

std::string bodies(const base::JsonArray& events) {
  std::string all;
  for (const base::Json& event : events) {
    const auto* content = base::find_object(event.as_object(), "content");
    if (const auto body = base::find_string(*content, "body")) {
      all += (all.empty() ? "" : " ") + std::string(*body);
    }
  }
  return all;
}

TEST_CASE("the first look tells rooms, state and messages, and the stream goes on from there") {
  const Old old;
  for (int i = 1; i <= 4; ++i) old.alice.say(old.room, std::to_string(i));

  const ApiAnswer first = old.alice.get("/initialSync?limit=2");
  REQUIRE(first.status == 200);
  const base::JsonObject& room = list(first.object(), "rooms").at(0).as_object();
  CHECK(room.at("room_id") == base::Json(old.room));
  CHECK(room.at("membership") == "join");
  CHECK(bodies(room.at("messages").at("chunk").as_array()) == "3 4");
  CHECK_FALSE(room.at("state").as_array().empty());
  CHECK(room.at("visibility") == "private");
  CHECK(list(first.object(), "presence").empty());

  const ApiAnswer nothing = old.alice.get("/events?from=" + first.text("end"));
  CHECK(list(nothing.object(), "chunk").empty());
  old.alice.say(old.room, "5");
  const ApiAnswer news = old.alice.get("/events?from=" + nothing.text("end"));
  CHECK(bodies(list(news.object(), "chunk")) == "5");
  CHECK(list(old.alice.get("/events?from=" + news.text("end")).object(), "chunk").empty());
  const ApiAnswer older = old.alice.get("/rooms/" + old.room + "/messages?dir=b&limit=1&from=" +
                                        std::string(room.at("messages").at("start").as_string()));
  CHECK(bodies(list(older.object(), "chunk")) == "2");
}

TEST_CASE("who waits on the stream is told what comes, in any of their rooms") {
  Old old;
  const std::string other = old.alice.create_room();
  const std::string from = old.alice.get("/events").text("end");
  Pending waiting = old.alice.begin(http::Method::get, "/events?timeout=30000&from=" + from, "");
  CHECK_FALSE(waiting.is_answered());

  old.alice.say(other, "hello");
  old.server.settle();

  CHECK(bodies(list(waiting.await().object(), "chunk")) == "hello");
}

TEST_CASE("a long stream comes in parts, without a hole or a repetition") {
  const Old old;
  const std::string other = old.alice.create_room();
  std::string from = old.alice.get("/events").text("end");
  std::string sent;
  for (int i = 0; i < 250; ++i) {
    const std::string text = std::to_string(i);
    old.alice.say(i % 3 == 0 ? other : old.room, text);
    sent += (sent.empty() ? "" : " ") + text;
  }

  std::string told;
  for (int part = 0; part < 10; ++part) {
    const ApiAnswer answer = old.alice.get("/events?from=" + from);
    const std::string some = bodies(list(answer.object(), "chunk"));
    if (some.empty()) break;
    told += (told.empty() ? "" : " ") + some;
    from = answer.text("end");
  }
  CHECK(told == sent);
}

TEST_CASE("a room that is open to all is looked into from outside, another is not") {
  const Old old;
  const std::string room = "/rooms/" + old.room;
  CHECK(old.bob.get(room + "/initialSync").status == 403);
  old.alice.put(room + "/state/m.room.history_visibility/",
                R"({"history_visibility":"world_readable"})");
  const std::string event = old.alice.say(old.room, "look");

  const ApiAnswer look = old.bob.get(room + "/initialSync?limit=1");
  REQUIRE(look.status == 200);
  CHECK_FALSE(look.object().contains("membership"));
  CHECK(bodies(look.object().at("messages").at("chunk").as_array()) == "look");
  CHECK(old.bob.get("/events/" + percent_encode(event)).text("event_id") == event);
  CHECK(bodies(list(old.bob.get("/events?from=s0&room_id=" + percent_encode(old.room)).object(),
                    "chunk")) == "look");
}

TEST_CASE("an invitation stands in the first look, a room that was left only where asked for") {
  const Old old;
  old.alice.post("/rooms/" + old.room + "/invite", R"({"user_id":"@bob:x"})");
  const ApiAnswer invited = old.bob.get("/initialSync");
  const base::JsonObject& room = list(invited.object(), "rooms").at(0).as_object();
  CHECK(room.at("membership") == "invite");
  CHECK(room.at("invite").at("type") == "m.room.member");

  old.bob.join(old.room);
  old.bob.post("/rooms/" + old.room + "/leave");
  CHECK(list(old.bob.get("/initialSync").object(), "rooms").empty());
  CHECK(list(old.bob.get("/initialSync?archived=true").object(), "rooms").size() == 1);
}

TEST_CASE("an old read that makes no sense is refused") {
  const Old old;
  CHECK(old.alice.get("/events?from=x").errcode() == "M_INVALID_PARAM");
  CHECK(old.alice.get("/events?room_id=x").errcode() == "M_INVALID_PARAM");
  CHECK(old.alice.get("/events?timeout=x").errcode() == "M_INVALID_PARAM");
  CHECK(old.alice.get("/initialSync?limit=-1").errcode() == "M_INVALID_PARAM");
  CHECK(old.alice.get("/events/$" + std::string(43, 'A')).status == 404);
}

}  // namespace
}  // namespace chancery::scenario
