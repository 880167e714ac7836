// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What those outside a room, or with another's token, are told: nothing.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

struct Closed {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  Person mallory = server.register_user("mallory");
  std::string room = alice.create_room(
      R"({"preset":"private_chat","name":"SECRET","topic":"SECRET","invite":["@bob:x"]})");
  std::string event;
  Closed() {
    bob.join(room);
    event = alice.say(room, "SECRET");
  }
};

TEST_CASE("those outside a room are told nothing of it, whatever they ask") {
  const Closed closed;
  const std::string room = "/rooms/" + closed.room;
  const std::string event = percent_encode(closed.event);
  for (const std::string& target :
       {room + "/state", room + "/state/m.room.name/", room + "/members", room + "/joined_members",
        room + "/messages?dir=b", room + "/event/" + event, room + "/context/" + event,
        room + "/aliases", room + "/initialSync",
        "/events?from=s0&room_id=" + percent_encode(closed.room), "/events/" + event,
        "/_matrix/client/v1/rooms/" + closed.room + "/relations/" + event,
        "/_matrix/client/v1/rooms/" + closed.room + "/threads",
        "/_matrix/client/v1/rooms/" + closed.room + "/hierarchy",
        "/_matrix/client/v1/rooms/" + closed.room + "/timestamp_to_event?ts=0&dir=f",
        "/_matrix/client/v1/room_summary/" + closed.room}) {
    CAPTURE(target);
    const ApiAnswer answer = closed.mallory.get(target);
    CHECK((answer.status == 403 || answer.status == 404));
    CHECK(answer.body.find("SECRET") == std::string::npos);
  }
  const ApiAnswer sync = closed.mallory.sync();
  CHECK(sync.body.find(closed.room) == std::string::npos);
  CHECK(closed.mallory.get("/publicRooms").body.find("SECRET") == std::string::npos);
  CHECK(closed.mallory.get("/initialSync?archived=true").body.find(closed.room) ==
        std::string::npos);
  const ApiAnswer search = closed.mallory.post(
      "/search",
      R"({"search_categories":{"room_events":{"search_term":"secret","filter":{"rooms":[")" +
          closed.room + R"("]}}}})");
  CHECK(search.body.find(R"("count":0)") != std::string::npos);
  CHECK(search.body.find(closed.room) == std::string::npos);
}

// What somebody asks of a room: `{room}` stands for its id, `{event}` for an event of it.
struct OfRoom {
  http::Method method = http::Method::get;
  std::string target;
  std::string body;
};

std::vector<OfRoom> everything_of_a_room() {
  using http::Method;
  const std::string v1 = "/_matrix/client/v1/rooms/{room}";
  std::vector<OfRoom> all;
  for (const std::string& target :
       {std::string("/rooms/{room}/state"), std::string("/rooms/{room}/state/m.room.name/"),
        std::string("/rooms/{room}/members"), std::string("/rooms/{room}/joined_members"),
        std::string("/rooms/{room}/messages?dir=b"), std::string("/rooms/{room}/event/{event}"),
        std::string("/rooms/{room}/context/{event}"), std::string("/rooms/{room}/aliases"),
        std::string("/rooms/{room}/initialSync"), std::string("/events?from=s0&room_id={room}"),
        std::string("/directory/list/room/{room}"), v1 + "/relations/{event}", v1 + "/threads",
        v1 + "/hierarchy", v1 + "/timestamp_to_event?ts=0&dir=f",
        std::string("/_matrix/client/v1/room_summary/{room}")}) {
    all.push_back({.method = Method::get, .target = target, .body = ""});
  }
  for (const std::string& target :
       {std::string("/rooms/{room}/join"), std::string("/join/{room}"),
        std::string("/knock/{room}"), std::string("/rooms/{room}/leave"),
        std::string("/rooms/{room}/forget"), std::string("/rooms/{room}/report"),
        std::string("/rooms/{room}/report/{event}"), std::string("/rooms/{room}/read_markers"),
        std::string("/rooms/{room}/receipt/m.read/{event}")}) {
    all.push_back({.method = Method::post, .target = target, .body = "{}"});
  }
  for (const std::string act : {"kick", "ban", "unban", "invite"}) {
    for (const std::string whom : {"@bob:x", "@nobody:x"}) {
      all.push_back({.method = Method::post,
                     .target = "/rooms/{room}/" + act,
                     .body = R"({"user_id":")" + whom + "\"}"});
    }
  }
  all.push_back({.method = Method::post,
                 .target = "/rooms/{room}/upgrade",
                 .body = R"({"new_version":"12"})"});
  all.push_back({.method = Method::post,
                 .target = "/rooms/{room}/upgrade",
                 .body = R"({"new_version":"11"})"});
  all.push_back({.method = Method::put,
                 .target = "/directory/room/%23new%3Ax",
                 .body = R"({"room_id":"{room}"})"});
  all.push_back({.method = Method::put,
                 .target = "/directory/list/room/{room}",
                 .body = R"({"visibility":"public"})"});
  for (const std::string& target : {std::string("/rooms/{room}/send/m.room.message/t1"),
                                    std::string("/rooms/{room}/state/m.room.name/"),
                                    std::string("/rooms/{room}/state/m.room.member/@bob:x"),
                                    std::string("/rooms/{room}/redact/{event}/t2")}) {
    all.push_back({.method = Method::put, .target = target, .body = R"({"membership":"join"})"});
  }
  all.push_back({.method = Method::put,
                 .target = "/rooms/{room}/typing/%40mallory%3Ax",
                 .body = R"({"typing":true})"});
  return all;
}

std::string replaced(std::string text, const std::string& name, const std::string& value) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name)) {
    text.replace(at, name.size(), value);
  }
  return text;
}

TEST_CASE("a room that is not there is refused as one that is closed") {
  Closed closed;
  const std::string nowhere = "!" + std::string(43, 'A');
  const std::string restricted = closed.alice.create_room(
      R"({"preset":"private_chat","initial_state":[{"type":"m.room.join_rules","state_key":"",)"
      R"("content":{"join_rule":"restricted","allow":[{"type":"m.room_membership","room_id":")" +
      closed.room + R"("}]}}]})");
  for (const OfRoom& asked : everything_of_a_room()) {
    CAPTURE(asked.target);
    CAPTURE(asked.body);
    const auto ask = [&](const std::string& room) {
      const auto fill = [&](const std::string& text) {
        return replaced(replaced(text, "{room}", room), "{event}", percent_encode(closed.event));
      };
      return closed.mallory.send({.method = asked.method,
                                  .target = fill(asked.target),
                                  .body = fill(asked.body),
                                  .token = {}});
    };
    const ApiAnswer missing = ask(nowhere);
    for (const std::string& room : {closed.room, restricted}) {
      const ApiAnswer refused = ask(room);
      CHECK(missing.status == refused.status);
      CHECK(missing.body == refused.body);
    }
  }
}

TEST_CASE("whether a room is in the directory is told to those who may know of the room") {
  Closed closed;
  const std::string closed_entry = "/directory/list/room/" + closed.room;
  const std::string open = closed.alice.create_room();
  const std::string open_entry = "/directory/list/room/" + open;

  CHECK(closed.alice.get(closed_entry).text("visibility") == "private");
  CHECK(closed.mallory.get(open_entry).text("visibility") == "private");
  CHECK(closed.server.stranger().get(open_entry).text("visibility") == "private");
  CHECK(closed.server.stranger().get(closed_entry).status == 404);
  REQUIRE(closed.alice.put(closed_entry, R"({"visibility":"public"})").status == 200);
  CHECK(closed.server.stranger().get(closed_entry).text("visibility") == "public");
}

TEST_CASE("receipts, read markers and typing are refused outside a room and reach nobody") {
  const Closed closed;
  const std::string since = closed.alice.position();
  const std::string event = percent_encode(closed.event);
  const std::string room = "/rooms/" + closed.room;

  CHECK(closed.mallory.post(room + "/receipt/m.read/" + event).status == 403);
  CHECK(closed.mallory.post(room + "/receipt/m.read.private/" + event).status == 403);
  CHECK(closed.mallory.post(room + "/read_markers", R"({"m.fully_read":")" + closed.event + "\"}")
            .status == 403);
  CHECK(
      closed.mallory.put(room + "/typing/@mallory:x", R"({"typing":true,"timeout":9000})").status ==
      403);
  CHECK(closed.mallory.put(room + "/typing/@alice:x", R"({"typing":true})").status == 403);

  CHECK(find_at(closed.alice.sync(since).json, "/rooms") == nullptr);
}

TEST_CASE("a receipt for an event of another room is refused") {
  const Closed closed;
  const std::string other = closed.bob.create_room();

  const ApiAnswer answer =
      closed.bob.post("/rooms/" + other + "/receipt/m.read/" + percent_encode(closed.event));

  CHECK(answer.status == 404);
}

TEST_CASE("presence of those with whom one shares no room is not told") {
  const Closed closed;
  REQUIRE(closed.alice
              .put("/presence/@alice:x/status", R"({"presence":"online","status_msg":"SECRET"})")
              .status == 200);

  CHECK(closed.mallory.get("/presence/@alice:x/status").status == 403);
  CHECK(closed.mallory.sync().body.find("SECRET") == std::string::npos);
  CHECK(closed.bob.sync().body.find("SECRET") != std::string::npos);
}

TEST_CASE("a sync token of another, or one that was made up, tells only what is one's own") {
  const Closed closed;
  const std::string of_alice = closed.alice.position();
  closed.alice.say(closed.room, "SECRET again");
  for (const std::string& token :
       {of_alice, std::string("s0_0_0_0_0"), std::string("s1"),
        std::string("s9223372036854775807_0_0_0_0"),
        std::string("s9223372036854775807_9_9223372036854775807_9_9223372036854775807")}) {
    CAPTURE(token);
    const ApiAnswer sync = closed.mallory.get("/sync?timeout=0&since=" + token);
    CHECK((sync.status == 200 || sync.status == 400));
    CHECK(sync.body.find("SECRET") == std::string::npos);
    CHECK(sync.body.find(closed.room) == std::string::npos);
  }
}

TEST_CASE("a sync token that is no token is refused") {
  const Closed closed;
  for (const char* token : {"x", "s", "s-1", "s1_2", "s1_2_3_4_5_6_7", "s99999999999999999999999",
                            "s1_1_1_1_x", "s1%20"}) {
    CAPTURE(token);
    const ApiAnswer answer = closed.alice.get("/sync?since=" + std::string(token));
    CHECK(answer.status == 400);
    CHECK(answer.errcode() == "M_INVALID_PARAM");
  }
}

TEST_CASE("a token from before the store was set back begins anew, and misses nothing that comes") {
  const Closed closed;
  const ApiAnswer anew = closed.bob.sync("s1000000_1_0_0_1000000");
  CHECK(messages_in(anew, closed.room) == std::vector<std::string>{"SECRET"});

  closed.alice.say(closed.room, "news");

  CHECK(messages_in(closed.bob.sync(anew.text("next_batch")), closed.room) ==
        std::vector<std::string>{"news"});
}

TEST_CASE("a filter of another is not there") {
  const Closed closed;
  const ApiAnswer made = closed.alice.post("/user/@alice:x/filter", R"({"room":{"rooms":[]}})");
  REQUIRE(made.status == 200);

  CHECK(closed.bob.get("/sync?filter=" + made.text("filter_id")).status == 400);
  CHECK(closed.bob.get("/user/@alice:x/filter/" + made.text("filter_id")).status == 403);
}

TEST_CASE("a profile takes no long name, no foreign picture, and nobody else's word") {
  const Closed closed;
  const std::string target = "/profile/@alice:x/";
  const std::string name = closed.alice.get(target + "displayname").body;
  CHECK(closed.alice
            .put(target + "displayname", R"({"displayname":")" + std::string(60'000, 'n') + "\"}")
            .status == 400);
  for (const char* url : {"javascript:alert(1)", "mxc://../", "mxc://x/../../etc/passwd",
                          "https://evil.example/x.png", "mxc://", "mxc://x/"}) {
    CAPTURE(url);
    CHECK(closed.alice.put(target + "avatar_url", R"({"avatar_url":")" + std::string(url) + "\"}")
              .status == 400);
  }
  CHECK(closed.mallory.put(target + "displayname", R"({"displayname":"Mallory"})").status == 403);

  CHECK(closed.alice.get(target + "displayname").body == name);
  CHECK(closed.alice.get(target + "avatar_url").body.find("evil") == std::string::npos);
}

}  // namespace
}  // namespace chancery::scenario
