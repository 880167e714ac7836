// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Events that the server keeps to send them later (MSC4140).
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr std::string_view kBase = "/_matrix/client/unstable/org.matrix.msc4140";

struct Later {
  explicit Later(const ServerUnderTest::Configure& configure = {}) : server(configure) {
    bob.join(room);
  }
  ApiAnswer say(const Person& who, const std::string& text, int delay,
                const std::string& transaction = unique_text()) const {
    return who.put("/rooms/" + room + "/send/m.room.message/" + transaction +
                       "?org.matrix.msc4140.delay=" + std::to_string(delay),
                   message_of(text));
  }
  ApiAnswer set(const Person& who, const std::string& key, const std::string& content,
                int delay) const {
    return who.put("/rooms/" + room + "/state/m.test/" + percent_encode(key) +
                       "?org.matrix.msc4140.delay=" + std::to_string(delay),
                   content);
  }
  ApiAnswer act(const Person& who, const std::string& id, const std::string& what) const {
    return who.post(std::string(kBase) + "/delayed_events/" + id + "/" + what);
  }
  [[nodiscard]] std::size_t waiting(const Person& who) const {
    return find_at(who.get(std::string(kBase) + "/delayed_events").json, "/delayed_events")
        ->as_array()
        .size();
  }
  [[nodiscard]] ApiAnswer show(const Person& who, const std::string& id) const {
    return who.get(std::string(kBase) + "/delayed_events/" + id);
  }
  void wait(int milliseconds) {
    server.scheduler().advance(std::chrono::milliseconds(milliseconds));
  }
  [[nodiscard]] std::string state(const std::string& key) const {
    return alice.get("/rooms/" + room + "/state/m.test/" + percent_encode(key)).body;
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  Person stranger = server.stranger();
  std::string room = alice.create_room(
      R"({"preset":"public_chat","power_level_content_override":{"events":{"m.test":0}}})");
};

TEST_CASE(
    "messages are sent when they are due, in the order of their time, and tell who gave them") {
  Later later;
  const std::string second = later.say(later.alice, "second", 2'000).text("delay_id");
  later.say(later.alice, "first", 1'000);
  CHECK(later.waiting(later.alice) == 2);
  CHECK(later.waiting(later.bob) == 0);
  CHECK(all_messages(later.bob, later.room).empty());

  later.wait(1'000);
  CHECK(all_messages(later.bob, later.room) == std::vector<std::string>{"first"});
  later.wait(1'000);

  CHECK(all_messages(later.bob, later.room) == std::vector<std::string>{"first", "second"});
  CHECK(later.waiting(later.alice) == 0);
  const ApiAnswer shown = later.show(later.alice, second);
  CHECK_FALSE(shown.text("event_id").empty());
  CHECK(later.show(later.bob, second).errcode() == "M_NOT_FOUND");
  const std::string event =
      "/rooms/" + later.room + "/event/" + percent_encode(shown.text("event_id"));
  CHECK(later.alice.get(event).body.find(second) != std::string::npos);
  CHECK(later.bob.get(event).body.find(second) == std::string::npos);
}

TEST_CASE("a request that is repeated gives the same id, also after a restart and without a body") {
  Later later;
  const std::string id = later.say(later.alice, "once", 60'000, "txn").text("delay_id");
  REQUIRE_FALSE(id.empty());
  CHECK(later.say(later.alice, "once", 60'000, "txn").text("delay_id") == id);
  later.server.restart();
  CHECK(later.alice
            .put("/rooms/" + later.room + "/send/m.room.message/txn?org.matrix.msc4140.delay=60000",
                 "")
            .text("delay_id") == id);
  CHECK(later.waiting(later.alice) == 1);
}

TEST_CASE("what came due while the server was down is sent when it is up, the rest later") {
  Later later;
  later.set(later.alice, "a", R"({"n":1})", 1'000);
  later.set(later.alice, "b", R"({"n":2})", 60'000);
  later.server.stop();
  later.wait(5'000);
  later.server.start();
  later.wait(1);

  CHECK(later.state("a") == R"({"n":1})");
  CHECK(later.waiting(later.alice) == 1);
  later.wait(60'000);
  CHECK(later.state("b") == R"({"n":2})");
}

TEST_CASE("whoever knows the id sends it now, sets its time anew or cancels it") {
  Later later;
  const std::string sent = later.set(later.alice, "sent", R"({"n":1})", 5'000).text("delay_id");
  const std::string kept = later.set(later.alice, "kept", R"({"n":2})", 5'000).text("delay_id");
  const std::string gone = later.set(later.alice, "gone", R"({"n":3})", 5'000).text("delay_id");

  CHECK(later.act(later.stranger, sent, "send").status == 200);
  CHECK(later.state("sent") == R"({"n":1})");
  CHECK(later.act(later.stranger, gone, "cancel").status == 200);
  later.wait(4'000);
  CHECK(later.alice.post(std::string(kBase) + "/delayed_events/" + kept, R"({"action":"restart"})")
            .status == 200);
  later.wait(4'000);
  CHECK(later.alice.get("/rooms/" + later.room + "/state/m.test/kept").status == 404);
  later.wait(1'000);

  CHECK(later.state("kept") == R"({"n":2})");
  CHECK(later.alice.get("/rooms/" + later.room + "/state/m.test/gone").status == 404);
  CHECK(later.waiting(later.alice) == 0);
}

TEST_CASE("an act on what is finalised is well if it says the same and a conflict if not") {
  Later later;
  const std::string sent = later.say(later.alice, "x", 5'000).text("delay_id");
  const std::string gone = later.say(later.alice, "y", 5'000).text("delay_id");
  later.act(later.alice, sent, "send");
  later.act(later.alice, gone, "cancel");

  CHECK(later.act(later.alice, sent, "send").status == 200);
  CHECK(later.act(later.alice, gone, "cancel").status == 200);
  for (const auto& [id, what] : {std::pair(sent, "cancel"), std::pair(sent, "restart"),
                                 std::pair(gone, "send"), std::pair(gone, "restart")}) {
    const ApiAnswer answer = later.act(later.alice, id, what);
    CHECK(answer.status == 409);
    CHECK(answer.errcode() == "M_UNKNOWN");
  }
  CHECK(all_messages(later.bob, later.room) == std::vector<std::string>{"x"});
}

TEST_CASE("an id that is none, another's, or an act that is none is not found") {
  Later later;
  const std::string id = later.say(later.alice, "x", 5'000).text("delay_id");
  CHECK(later.act(later.bob, id, "cancel").errcode() == "M_NOT_FOUND");
  CHECK(later.act(later.stranger, "abc", "send").errcode() == "M_NOT_FOUND");
  CHECK(later.act(later.stranger, id, "oops").status == 404);
  CHECK(later.stranger.post(std::string(kBase) + "/delayed_events/abc").status == 400);
  CHECK(later.stranger.get(std::string(kBase) + "/delayed_events").status == 401);
  CHECK(later.waiting(later.alice) == 1);
}

TEST_CASE("who may not send it when it is due does not, and is told why") {
  Later later;
  const std::string id = later.set(later.bob, "@alice:x", R"({"n":1})", 1'000).text("delay_id");
  const ApiAnswer at_once = later.act(later.bob, id, "send");
  CHECK(at_once.errcode() == "M_FORBIDDEN");
  CHECK(later.waiting(later.bob) == 1);

  later.wait(1'000);

  CHECK(later.waiting(later.bob) == 0);
  const ApiAnswer shown = later.show(later.bob, id);
  CHECK(text_at(shown.json, "/error/errcode") == "M_FORBIDDEN");
  CHECK(find_at(shown.json, "/finalised_ts") != nullptr);
}

TEST_CASE("who was suspended or locked meanwhile sends nothing, and delays nothing more") {
  using accounts::Accounts;
  Later later;
  const Person carl = later.server.register_user("carl");
  carl.join(later.room);
  Accounts& accounts = later.server.composition().accounts().accounts;
  const std::string of_bob = later.say(later.bob, "bob", 1'000).text("delay_id");
  const std::string of_carl = later.say(carl, "carl", 1'000).text("delay_id");
  later.server.scheduler().run(accounts.set_suspended("server", protocol::UserId::trusted("@bob:x"),
                                                      Accounts::Suspended::yes));
  later.server.scheduler().run(
      accounts.set_locked("server", protocol::UserId::trusted("@carl:x"), Accounts::Locked::yes));

  CHECK(later.say(later.bob, "more", 1'000).errcode() == "M_USER_SUSPENDED");
  CHECK(later.act(later.stranger, of_bob, "send").errcode() == "M_USER_SUSPENDED");
  CHECK(later.act(later.stranger, of_carl, "send").errcode() == "M_USER_LOCKED");
  later.wait(1'000);

  CHECK(all_messages(later.alice, later.room).empty());
  CHECK(text_at(later.show(later.bob, of_bob).json, "/error/errcode") == "M_USER_SUSPENDED");
}

TEST_CASE("state that somebody else has set since is not overwritten") {
  Later later;
  const std::string id = later.set(later.alice, "k", R"({"by":"alice"})", 1'000).text("delay_id");
  const std::string own = later.set(later.alice, "own", R"({"n":2})", 1'000).text("delay_id");
  REQUIRE(later.bob.put("/rooms/" + later.room + "/state/m.test/k", R"({"by":"bob"})").status ==
          200);
  REQUIRE(later.alice.put("/rooms/" + later.room + "/state/m.test/own", R"({"n":1})").status ==
          200);
  CHECK(later.waiting(later.alice) == 1);
  CHECK(later.act(later.alice, id, "restart").status == 409);

  later.wait(1'000);

  CHECK(later.state("k") == R"({"by":"bob"})");
  CHECK(later.state("own") == R"({"n":2})");
}

TEST_CASE("delays and numbers have limits, which are told") {
  Later later([](server::Config& config) {
    config.rooms.delayed_events_longest = std::chrono::seconds(10);
    config.rooms.delayed_events_per_user = 2;
  });
  const ApiAnswer longer = later.say(later.alice, "x", 10'001);
  CHECK(longer.status == 400);
  CHECK(longer.errcode() == "M_UNKNOWN");
  CHECK(longer.text("org.matrix.msc4140.errcode") == "M_MAX_DELAY_EXCEEDED");
  CHECK(find_at(longer.json, "/org.matrix.msc4140.max_delay")->as_int64() == 10'000);
  CHECK(later.say(later.alice, "x", 0).errcode() == "M_INVALID_PARAM");
  CHECK(later.say(later.alice, "x", -1).errcode() == "M_INVALID_PARAM");
  later.say(later.alice, "1", 4'000);
  later.say(later.alice, "2", 10'000);
  const ApiAnswer more = later.say(later.alice, "3", 10'000);
  CHECK(more.status == 429);
  CHECK(more.errcode() == "M_LIMIT_EXCEEDED");
  CHECK(find_at(more.json, "/retry_after_ms")->as_int64() == 4'000);
  CHECK(later.say(later.bob, "his own", 1'000).status == 200);
  const ApiAnswer told = later.alice.get("/capabilities");
  CHECK(find_at(told.json, "/capabilities/org.matrix.msc4140.delayed_events/max_scheduled")
            ->as_int64() == 2);
}

TEST_CASE("what no event could be is refused when it is given, and nothing is kept") {
  Later later;
  CHECK(later.say(later.alice, std::string(70'000, 'x'), 1'000).errcode() == "M_TOO_LARGE");
  CHECK(later.set(later.alice, std::string(512, 'k'), "{}", 1'000).errcode() == "M_TOO_LARGE");
  CHECK(later.alice
            .put("/rooms/" + later.room + "/send/" + std::string(256, 't') +
                     "/1?org.matrix.msc4140.delay=1000",
                 "{}")
            .errcode() == "M_TOO_LARGE");
  CHECK(later.say(later.alice, "x", 1'000).status == 200);
  CHECK(later.waiting(later.alice) == 1);
}

TEST_CASE("nobody outside a room delays anything in it, or learns that it is there") {
  Later later;
  const Person mallory = later.server.register_user("mallory");
  const ApiAnswer here = later.say(mallory, "x", 1'000);
  CHECK(here.errcode() == "M_FORBIDDEN");
  CHECK(mallory
            .put("/rooms/!" + std::string(43, 'A') +
                     "/send/m.room.message/1?org.matrix.msc4140.delay=1000",
                 message_of("x"))
            .body == here.body);
}

TEST_CASE("the newer form of the proposal schedules by a body, and old lists come in pages") {
  Later later([](server::Config& config) { config.rooms.delayed_events_per_user = 200; });
  const std::string path = std::string(kBase) + "/rooms/" + later.room + "/delayed_event/m.test/";
  const std::string id =
      later.alice.put(path + "1", R"({"delay_ms":1000,"state_key":"k","content":{"n":1}})")
          .text("delay_id");
  REQUIRE_FALSE(id.empty());
  CHECK(later.alice.put(path + "2", R"({"content":{}})").errcode() == "M_MISSING_PARAM");
  CHECK(later.alice.put(path + "3", R"({"delay_ms":"1","content":{}})").errcode() == "M_BAD_JSON");
  CHECK(later.alice.put(path + "4", R"({"delay_ms":99999999999,"content":{}})").errcode() ==
        "M_FORBIDDEN");
  const ApiAnswer shown = later.show(later.alice, id);
  CHECK(shown.text("state_key") == "k");
  CHECK(find_at(shown.json, "/delay_ms")->as_int64() == 1'000);
  CHECK(find_at(shown.json, "/finalised_ts") == nullptr);

  for (int i = 0; i < 104; ++i) later.say(later.alice, "x", 1'000 + i);
  later.wait(2'000);
  const std::string list = std::string(kBase) + "/delayed_events?status=finalised";
  const ApiAnswer first = later.alice.get(list);
  CHECK(find_at(first.json, "/finalised")->as_array().size() == 100);
  CHECK(text_at(first.json, "/finalised/0/outcome") == "send");
  CHECK(text_at(first.json, "/finalised/0/reason") == "delay");
  const ApiAnswer second = later.alice.get(list + "&from=" + first.text("next_batch"));
  CHECK(find_at(second.json, "/finalised")->as_array().size() == 5);
  CHECK(later.alice.get(list + "&from=nothing").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("what is finalised is forgotten after a week, when its owner delays more") {
  Later later;
  const std::string old = later.say(later.alice, "old", 1'000).text("delay_id");
  later.wait(1'000);
  later.wait(7 * 24 * 3'600 * 1'000 + 1);
  CHECK(later.show(later.alice, old).status == 200);
  const std::string next = later.say(later.alice, "next", 1'000).text("delay_id");

  CHECK(later.show(later.alice, old).errcode() == "M_NOT_FOUND");
  CHECK(later.show(later.alice, next).status == 200);
}

TEST_CASE("what is to be sent is not in the database in clear") {
  Later later;
  later.set(later.alice, "k", R"({"secret":"PLAINTEXT-OF-A-DELAYED-EVENT"})", 60'000);
  const auto stored = later.server.scheduler().run(
      later.server.composition().stores().delayed_events.load_delayed_events(
          protocol::UserId::trusted("@alice:x")));
  REQUIRE(stored.size() == 1);
  CHECK(stored.front().record.find("PLAINTEXT") == std::string::npos);
}

}  // namespace
}  // namespace chancery::scenario
