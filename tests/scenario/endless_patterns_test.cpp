// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Requests made to keep the server busy, and pages that repeat what they are sent.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace chancery::scenario {
namespace {

struct Two {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room();
  Two() { bob.join(room); }
};

TEST_CASE("a push rule of many stars is decided on a long message, whatever it decides") {
  const Two two;
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  const ApiAnswer put = two.bob.put("/pushrules/global/content/slow",
                                    R"({"pattern":")" + pattern + R"(*b","actions":["notify"]})");
  REQUIRE(put.status == 200);
  const std::string since = two.bob.position();

  two.alice.say(two.room, std::string(60'000, 'a'));

  CHECK(messages_in(two.bob.sync(since), two.room).size() == 1);
}

TEST_CASE("a thread within a thread, or a relation to itself, is only an event") {
  const Two two;
  std::string root = two.alice.say(two.room, "root");
  for (int depth = 0; depth < 30; ++depth) {
    const std::string content = R"({"msgtype":"m.text","body":"deeper",)"
                                R"("m.relates_to":{"rel_type":"m.thread","event_id":")" +
                                root + "\"}}";
    const ApiAnswer sent = two.alice.put(
        "/rooms/" + two.room + "/send/m.room.message/deep" + std::to_string(depth), content);
    REQUIRE(sent.status < 500);
    if (sent.status == 200) root = sent.text("event_id");
  }
  const std::string v1 = "/_matrix/client/v1/rooms/" + two.room;
  CHECK(two.bob.get(v1 + "/threads?limit=100").status == 200);
  CHECK(two.bob.get(v1 + "/relations/" + percent_encode(root) + "?recurse=true&limit=100").status ==
        200);
  CHECK(two.bob.sync().status == 200);
}

TEST_CASE("a search for what looks like an expression is a search for text") {
  const Two two;
  for (const std::string& term :
       {std::string("(a+)+$"), std::string(64'000, '.'), std::string("%_%_%"), std::string("[")}) {
    const std::string body = base::to_text(base::JsonObject{{"search_term", term}});
    const ApiAnswer users = two.alice.post("/user_directory/search", body);
    CHECK(users.status < 500);
    if (users.status == 200) CHECK(users.object().at("results").as_array().empty());
    const ApiAnswer rooms = two.alice.post(
        "/publicRooms",
        base::to_text(base::JsonObject{{"filter", {{"generic_search_term", term}}}}));
    CHECK(rooms.status < 500);
    const ApiAnswer events = two.alice.post(
        "/search", base::to_text(base::JsonObject{
                       {"search_categories", {{"room_events", {{"search_term", term}}}}}}));
    CHECK(events.status < 500);
  }
}

TEST_CASE("a filter with thousands of names and an enormous limit answers like another") {
  const Two two;
  base::JsonArray names;
  for (int i = 0; i < 3'000; ++i) names.emplace_back("m.*" + std::to_string(i) + "*?*");
  const std::string filter = base::to_text(
      base::JsonObject{{"room",
                        {{"timeline", {{"limit", 9'007'199'254'740'991}, {"not_types", names}}},
                         {"state", {{"types", names}, {"lazy_load_members", true}}}}}});
  const ApiAnswer made = two.bob.post("/user/@bob:x/filter", filter);
  if (made.status == 200) {
    CHECK(two.bob.get("/sync?filter=" + made.text("filter_id")).status == 200);
  } else {
    CHECK(made.status < 500);
  }
  CHECK(two.bob.get("/sync?filter=" + percent_encode(R"({"room":{"timeline":{"limit":-1}}})"))
            .status < 500);
}

const std::string kSliding = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync";

std::string repeated(int count, const std::function<std::string(int)>& make) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + make(i);
  return text;
}

TEST_CASE("a sliding sync with ten thousand of anything is refused, and ends nobody's connection") {
  const Two two;
  const std::string good = R"({"lists":{"a":{"timeline_limit":1,"ranges":[[0,9]]}}})";
  const ApiAnswer first = two.bob.post(kSliding, good);
  REQUIRE(first.status == 200);
  const auto in_list = [](const std::string& members) {
    return R"({"lists":{"a":{"timeline_limit":1,)" + members + "}}}";
  };
  for (const std::string& body :
       {R"({"lists":{)" +
            repeated(10'000,
                     [](int i) {
                       return "\"" + std::to_string(i) +
                              R"(":{"timeline_limit":1,"ranges":[[0,9]]})";
                     }) +
            "}}",
        R"({"room_subscriptions":{)" +
            repeated(
                10'000,
                [](int i) { return "\"!" + std::to_string(i) + R"(:x":{"timeline_limit":1})"; }) +
            "}}",
        in_list("\"ranges\":[" + repeated(10'000, [](int) { return "[0,9007199254740991]"; }) +
                "]"),
        in_list("\"required_state\":[" + repeated(10'000, [](int) { return R"(["*","*"])"; }) +
                "]"),
        R"({"extensions":{"typing":{"enabled":true,"rooms":[)" +
            repeated(10'000, [](int i) { return "\"!" + std::to_string(i) + ":x\""; }) + "]}}}"}) {
    CAPTURE(body.substr(0, 80));
    for (const std::string& target : {kSliding, kSliding + "?pos=" + first.text("pos")}) {
      const ApiAnswer answer = two.bob.post(target, body);
      CHECK((answer.status == 400 || answer.status == 413));
      CHECK_FALSE(answer.errcode().empty());
    }
  }

  two.alice.say(two.room, "news");
  const ApiAnswer next = two.bob.post(kSliding + "?pos=" + first.text("pos"), good);
  REQUIRE(next.status == 200);
  CHECK(next.body.find("news") != std::string::npos);
}

TEST_CASE("a sliding sync that wants all of everything is told no more than there is room for") {
  const Two two;
  for (int i = 0; i < 150; ++i) {
    two.alice.say(two.room, "message " + std::to_string(i));
    REQUIRE(
        two.alice.put("/rooms/" + two.room + "/state/org.example.test/" + std::to_string(i), "{}")
            .status == 200);
  }
  const std::string all = R"({"lists":{"a":{"timeline_limit":9007199254740991,"required_state":)"
                          R"([["*","*"]],"ranges":[[0,9007199254740991]]}}})";

  const ApiAnswer answer = two.bob.post(kSliding, all);

  REQUIRE(answer.status == 200);
  const base::Json& room = answer.object().at("rooms").at(two.room);
  CHECK(room.at("timeline").as_array().size() == 100);
  CHECK(room.at("required_state").as_array().size() >= 150);
}

TEST_CASE("pages repeat nothing that they were sent, and run nothing inline") {
  ServerUnderTest server;
  const std::string evil = percent_encode("\"><script>alert(1)</script>");
  for (const char* page : {"/setup", "/_matrix/static/client/login/"}) {
    for (const char* parameter : {"token", "redirectUrl", "session", "lang"}) {
      CAPTURE(page);
      const std::string answer = server.exchange("GET " + std::string(page) + "?" + parameter +
                                                 "=" + evil + " HTTP/1.1\r\nHost: x\r\n\r\n");
      CHECK(answer.starts_with("HTTP/1.1 200"));
      CHECK(answer.find("<script>alert") == std::string::npos);
      CHECK(answer.find("Content-Security-Policy: default-src 'none'") != std::string::npos);
      CHECK(answer.find("frame-ancestors 'none'") != std::string::npos);
      CHECK(answer.find("unsafe-inline") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace chancery::scenario
