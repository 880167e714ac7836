// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Events that every member of a room is told of for a while (MSC4354).
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

struct Call {
  Call() { bob.join(room); }
  ApiAnswer stick(const std::string& text, const std::string& duration) const {
    return alice.put("/rooms/" + room + "/send/m.test/" + unique_text() +
                         "?org.matrix.msc4354.sticky_duration_ms=" + duration,
                     message_of(text));
  }
  void bury() const {
    for (int i = 0; i < 15; ++i) alice.say(room, "talk");
  }
  [[nodiscard]] std::vector<std::string> sticky_in(const ApiAnswer& sync) const {
    std::vector<std::string> texts;
    const base::Json* events = find_at(sync.json, "/rooms/join/" + room + "/msc4354_sticky/events");
    if (events == nullptr) return texts;
    for (const base::Json& event : events->as_array()) {
      texts.push_back(text_at(event, "/content/body"));
    }
    return texts;
  }
  void wait(int milliseconds) {
    server.scheduler().advance(std::chrono::milliseconds(milliseconds));
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room();
};
using Texts = std::vector<std::string>;

TEST_CASE("a sticky event that the timeline does not reach is told beside it, once") {
  Call call;
  const std::string since = call.bob.position();
  REQUIRE(call.stick("here", "600000").status == 200);
  call.bury();

  const ApiAnswer news = call.bob.sync(since);
  CHECK(call.sticky_in(news) == Texts{"here"});
  const std::string event = "/rooms/join/" + call.room + "/msc4354_sticky/events/0";
  CHECK(find_at(news.json, event + "/msc4354_sticky/duration_ms")->as_int64() == 600'000);
  CHECK(find_at(news.json, event + "/unsigned/msc4354_sticky_duration_ttl_ms")->as_int64() <=
        600'000);
  CHECK(call.sticky_in(call.bob.sync(news.text("next_batch"))).empty());
}

TEST_CASE("a sticky event in the timeline is told there alone, unless the filter takes it out") {
  Call call;
  const std::string since = call.bob.position();
  call.stick("here", "600000");

  const ApiAnswer news = call.bob.sync(since);
  CHECK(call.sticky_in(news).empty());
  CHECK(find_at(news.json, "/rooms/join/" + call.room +
                               "/timeline/events/0/unsigned/msc4354_sticky_duration_ttl_ms") !=
        nullptr);
  const std::string filter = percent_encode(R"({"room":{"timeline":{"not_types":["m.test"]}}})");
  CHECK(call.sticky_in(call.bob.get("/sync?filter=" + filter + "&since=" + since)) ==
        Texts{"here"});
}

TEST_CASE("who comes into the room, or from nothing, is told what is sticky still") {
  Call call;
  call.stick("long", "3600000");
  call.stick("short", "1000");
  call.bury();
  const Person carl = call.server.register_user("carl");
  const std::string since = carl.position();
  call.wait(1'000);

  carl.join(call.room);

  CHECK(call.sticky_in(carl.sync(since)) == Texts{"long"});
  CHECK(call.sticky_in(call.bob.sync()) == Texts{"long"});
  call.server.restart();
  CHECK(call.sticky_in(call.bob.sync()) == Texts{"long"});
  call.wait(3'600'000);
  CHECK(call.sticky_in(call.bob.sync()).empty());
}

TEST_CASE("history that a member may not see is told while it is sticky") {
  Call call;
  REQUIRE(call.alice
              .put("/rooms/" + call.room + "/state/m.room.history_visibility/",
                   R"({"history_visibility":"joined"})")
              .status == 200);
  call.stick("here", "600000");
  const Person carl = call.server.register_user("carl");
  carl.join(call.room);
  CHECK(call.sticky_in(carl.sync()) == Texts{"here"});
}

TEST_CASE("a redaction takes the stickiness away") {
  Call call;
  const std::string event = call.stick("here", "600000").text("event_id");
  REQUIRE(call.alice.put("/rooms/" + call.room + "/redact/" + percent_encode(event) + "/1", "{}")
              .status == 200);
  call.bury();
  const ApiAnswer all = call.bob.sync();
  CHECK(call.sticky_in(all).empty());
  CHECK(all.body.find("msc4354_sticky") == std::string::npos);
}

TEST_CASE(
    "a time that is none, below nothing or above an hour is refused, and state may be sticky") {
  Call call;
  for (const char* duration : {"-1", "3600001", "x", "1.5", "99999999999999999999"}) {
    CAPTURE(duration);
    CHECK(call.stick("here", duration).errcode() == "M_INVALID_PARAM");
  }
  CHECK(call.stick("here", "0").status == 200);
  CHECK(
      call.alice
          .put("/rooms/" + call.room + "/state/m.test/?org.matrix.msc4354.sticky_duration_ms=60000",
               R"({"body":"state"})")
          .status == 200);
  call.bury();
  CHECK(call.sticky_in(call.bob.sync()) == Texts{"state"});
}

TEST_CASE("one person has at most a hundred sticky events in a room, until one expires") {
  Call call;
  for (int i = 0; i < 100; ++i) REQUIRE(call.stick("x", "60000").status == 200);
  const ApiAnswer more = call.stick("x", "60000");
  CHECK(more.status == 429);
  CHECK(more.errcode() == "M_LIMIT_EXCEEDED");
  CHECK(find_at(more.json, "/retry_after_ms")->as_int64() > 0);
  CHECK(
      call.bob
          .put("/rooms/" + call.room + "/send/m.test/1?org.matrix.msc4354.sticky_duration_ms=60000",
               "{}")
          .status == 200);
  call.server.restart();
  CHECK(call.stick("x", "60000").status == 429);
  call.wait(60'000);
  CHECK(call.stick("x", "60000").status == 200);
}

TEST_CASE("an event that was delayed is sticky from when it is sent") {
  Call call;
  REQUIRE(call.alice
              .put("/rooms/" + call.room +
                       "/send/m.test/1?org.matrix.msc4140.delay=60000"
                       "&org.matrix.msc4354.sticky_duration_ms=1000",
                   message_of("later"))
              .status == 200);
  call.wait(60'000);
  call.bury();
  CHECK(call.sticky_in(call.bob.sync()) == Texts{"later"});
  call.wait(1'000);
  CHECK(call.sticky_in(call.bob.sync()).empty());
}

TEST_CASE("state after the timeline comes under the name by which it was asked for") {
  Call call;
  const std::string room = "/rooms/join/" + call.room;
  const ApiAnswer stable = call.bob.get("/sync?use_state_after=true");
  CHECK(find_at(stable.json, room + "/state_after/events") != nullptr);
  CHECK(find_at(stable.json, room + "/state") == nullptr);
  const ApiAnswer unstable = call.bob.get("/sync?org.matrix.msc4222.use_state_after=true");
  CHECK(find_at(unstable.json, room + "/org.matrix.msc4222.state_after/events") != nullptr);
  CHECK(find_at(unstable.json, room + "/state_after") == nullptr);
}

TEST_CASE("sticky events of people whom somebody ignores are not told to them") {
  Call call;
  REQUIRE(call.bob
              .put("/user/" + call.bob.id() + "/account_data/m.ignored_user_list",
                   R"({"ignored_users":{"@alice:x":{}}})")
              .status == 200);
  const std::string since = call.bob.position();
  call.stick("rude", "600000");
  call.bury();

  CHECK(call.sticky_in(call.bob.sync(since)).empty());
}

// A client of sliding sync with one list that shows no room at first.
struct Sliding {
  explicit Sliding(const Call& call, std::string room = "") : call_(call), room_(std::move(room)) {
    if (room_.empty()) room_ = call.room;
  }
  Texts slide(const std::string& more = "", const std::string& range = "[5,5]") {
    std::string extension = R"("org.matrix.msc4354.sticky_events":{"enabled":true)" + more;
    if (!since_.empty()) extension += R"(,"since":")" + since_ + "\"";
    const std::string body = R"({"lists":{"all":{"ranges":[)" + range +
                             R"(],"timeline_limit":3,"required_state":[]}},"extensions":{)" +
                             extension + "}}}";
    std::string path = kSlidingSync;
    if (!pos_.empty()) path += "?pos=" + pos_;
    answer = call_.bob.post(path, body);
    pos_ = answer.text("pos");
    const std::string at = "/extensions/org.matrix.msc4354.sticky_events";
    if (find_at(answer.json, at) != nullptr) since_ = text_at(answer.json, at + "/next_batch");
    Texts texts;
    const base::Json* events = find_at(answer.json, at + "/rooms/" + room_ + "/events");
    if (events == nullptr) return texts;
    for (const base::Json& event : events->as_array()) {
      texts.push_back(text_at(event, "/content/body"));
    }
    return texts;
  }

  ApiAnswer answer;

 private:
  const Call& call_;
  std::string room_;
  std::string pos_;
  std::string since_;
};

TEST_CASE("sliding sync tells sticky events of rooms outside the window, until their token comes") {
  Call call;
  call.stick("one", "600000");
  call.stick("two", "600000");
  call.stick("three", "600000");
  call.bury();
  Sliding client(call);

  CHECK(client.slide(R"(,"limit":2)") == Texts{"one", "two"});
  CHECK(client.slide(R"(,"limit":2)") == Texts{"three"});
  CHECK(client.slide().empty());
  CHECK(find_at(client.answer.json, "/extensions/org.matrix.msc4354.sticky_events") == nullptr);
  call.stick("four", "600000");
  CHECK(client.slide() == Texts{"four"});
  CHECK(Sliding(call).slide() == Texts{"one", "two", "three", "four"});
}

TEST_CASE("sliding sync tells a sticky event in the timeline there alone") {
  Call call;
  Sliding client(call);
  client.slide("", "[0,0]");
  call.stick("shown", "600000");

  CHECK(client.slide("", "[0,0]").empty());
  CHECK(client.answer.body.find("shown") != std::string::npos);
  CHECK(client.slide("", "[0,0]").empty());
}

TEST_CASE("sliding sync tells all sticky events of a room that one comes into") {
  Call call;
  const std::string other = call.alice.create_room();
  Sliding client(call, other);
  client.slide();
  for (const char* text : {"one", "two", "three"}) {
    call.alice.put("/rooms/" + other + "/send/m.test/" + unique_text() +
                       "?org.matrix.msc4354.sticky_duration_ms=600000",
                   message_of(text));
  }
  call.stick("elsewhere", "600000");
  CHECK(client.slide().empty());  // not in the room, and none of it is told

  call.bob.join(other);
  CHECK(client.slide(R"(,"limit":1)") == Texts{"one", "two", "three"});
}

TEST_CASE("sliding sync tells no sticky events that expired, nor those of ignored people") {
  Call call;
  call.stick("short", "1000");
  call.bury();
  call.wait(2'000);
  CHECK(Sliding(call).slide().empty());

  call.stick("rude", "600000");
  REQUIRE(Sliding(call).slide() == Texts{"rude"});
  call.bob.put("/user/" + call.bob.id() + "/account_data/m.ignored_user_list",
               R"({"ignored_users":{"@alice:x":{}}})");
  CHECK(Sliding(call).slide().empty());
}

}  // namespace
}  // namespace chancery::scenario
