// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Tokens and cursors in the hands of somebody else, of an operation that did not give them, or
// altered: whoever shows one sees what is theirs, and nothing more.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <map>

namespace chancery::scenario {
namespace {

const std::string kUnstable = "/_matrix/client/unstable";
const std::string kSliding = kUnstable + "/org.matrix.simplified_msc3575/sync";
const std::string kThreads = kUnstable + "/io.element.msc4308/thread_subscriptions";
const std::string kDelayed = kUnstable + "/org.matrix.msc4140/delayed_events";
const std::string kSearch =
    R"({"search_categories":{"room_events":{"search_term":"secret","filter":{"limit":1}}}})";
const std::string kList = R"({"lists":{"all":{"ranges":[[0,9]],"timeline_limit":9,
    "required_state":[["*","*"]]}},"extensions":{"to_device":{"enabled":true},
    "e2ee":{"enabled":true},"account_data":{"enabled":true},"receipts":{"enabled":true},
    "typing":{"enabled":true}}})";

// A request that a token goes into, where `{token}` stands; `{room}` and `{event}` are whose.
struct Use {
  http::Method method = http::Method::get;
  std::string target;
  std::string body;
};

std::vector<Use> all_uses() {
  const std::string v1 = "/_matrix/client/v1/rooms/{room}";
  std::vector<Use> uses;
  for (const std::string& target :
       {std::string("/sync?timeout=0&since={token}"),
        std::string("/sync?timeout=0&filter={token}"),
        std::string("/events?timeout=0&from={token}"),
        std::string("/events?timeout=0&room_id={room}&from={token}"),
        std::string("/initialSync?from={token}"),
        std::string("/rooms/{room}/messages?dir=b&from={token}"),
        std::string("/rooms/{room}/messages?dir=f&from={token}"),
        std::string("/rooms/{room}/messages?dir=b&to={token}"),
        std::string("/rooms/{room}/members?at={token}"),
        v1 + "/relations/{event}?from={token}",
        v1 + "/relations/{event}?dir=f&to={token}",
        v1 + "/threads?from={token}",
        v1 + "/hierarchy?from={token}",
        std::string("/notifications?from={token}"),
        std::string("/publicRooms?since={token}"),
        std::string("/keys/changes?from={token}&to={token}"),
        kThreads + "?dir=b&from={token}",
        kThreads + "?dir=b&to={token}",
        kDelayed + "?status=scheduled&from={token}",
        std::string("/_matrix/client/v1/mutual_rooms?user_id=@alice:x&from={token}")}) {
    uses.push_back({.method = http::Method::get, .target = target, .body = ""});
  }
  uses.push_back(
      {.method = http::Method::post, .target = kSliding + "?pos={token}", .body = kList});
  uses.push_back({.method = http::Method::post,
                  .target = "/_matrix/client/v4/sync",
                  .body = R"({"pos":"{token}"})"});
  uses.push_back(
      {.method = http::Method::post, .target = "/search?next_batch={token}", .body = kSearch});
  return uses;
}

std::string filled(std::string text, const std::string& name, const std::string& value) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name)) {
    text.replace(at, name.size(), value);
  }
  return text;
}

// Alice and Bob in a room of theirs, and Mallory in a room of her own.
struct Town {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  Person mallory = server.register_user("mallory");
  std::string closed = alice.create_room(
      R"({"preset":"private_chat","name":"SECRET","invite":["@bob:x"],"room_version":"11"})");
  std::string own = mallory.create_room();
  std::string closed_event;
  std::string own_event = mallory.say(own, "mine");

  Town() {
    bob.join(closed);
    closed_event = alice.say(closed, "SECRET");
    for (int i = 0; i < 3; ++i) {
      alice.say(closed, "SECRET again");
      react(std::to_string(i));
      start_thread();
    }
  }

  void react(const std::string& key) const {
    const std::string content = R"({"m.relates_to":{"rel_type":"m.annotation","event_id":")" +
                                closed_event + R"(","key":"SECRET)" + key + "\"}}";
    REQUIRE(alice.put("/rooms/" + closed + "/send/m.reaction/" + unique_text(), content).status ==
            200);
  }
  void start_thread() const {
    const std::string root = alice.say(closed, "SECRET root");
    const std::string content = R"({"msgtype":"m.text","body":"SECRET reply",)"
                                R"("m.relates_to":{"rel_type":"m.thread","event_id":")" +
                                root + "\"}}";
    REQUIRE(
        alice.put("/rooms/" + closed + "/send/m.room.message/" + unique_text(), content).status ==
        200);
    const std::string followed = kUnstable + "/io.element.msc4306/rooms/" + closed + "/thread/" +
                                 percent_encode(root) + "/subscription";
    REQUIRE(bob.put(followed, "{}").status == 200);
  }

  // A token of each kind that Bob is given where the room is read, by what gave it.
  std::map<std::string, std::string> tokens_of_bob() const {
    const std::string rooms = "/rooms/" + closed;
    const std::string v1 = "/_matrix/client/v1/rooms/" + closed;
    std::map<std::string, std::string> tokens;
    const auto keep = [&tokens](const std::string& from, const ApiAnswer& answer,
                                const std::string& at) {
      CAPTURE(from);
      REQUIRE(answer.status == 200);
      tokens[from] = text_at(answer.json, at);
      CHECK_FALSE(tokens[from].empty());
    };
    keep("sync", bob.sync(), "/next_batch");
    keep("messages", bob.get(rooms + "/messages?dir=b&limit=1"), "/end");
    keep("relations", bob.get(v1 + "/relations/" + percent_encode(closed_event) + "?limit=1"),
         "/next_batch");
    keep("threads", bob.get(v1 + "/threads?limit=1"), "/next_batch");
    keep("notifications", bob.get("/notifications?limit=1"), "/next_token");
    keep("thread subscriptions", bob.get(kThreads + "?dir=b&limit=1"), "/end");
    keep("search", bob.post("/search", kSearch), "/search_categories/room_events/next_batch");
    keep("sliding sync", bob.post(kSliding, kList), "/pos");
    keep("filter", bob.post("/user/@bob:x/filter", R"({"room":{"rooms":[]}})"), "/filter_id");
    keep("delayed event",
         bob.put(rooms + "/send/m.room.message/later?org.matrix.msc4140.delay=100000",
                 message_of("SECRET later")),
         "/delay_id");
    return tokens;
  }

  enum class Of : std::uint8_t { closed_room, own_room };
  ApiAnswer use(const Person& who, const Use& how, const std::string& token, Of of) const {
    const bool is_closed = of == Of::closed_room;
    const auto fill = [&](const std::string& text, const std::string& shown) {
      return filled(filled(filled(text, "{token}", shown), "{room}", is_closed ? closed : own),
                    "{event}", percent_encode(is_closed ? closed_event : own_event));
    };
    return who.send({.method = how.method,
                     .target = fill(how.target, percent_encode(token)),
                     .body = fill(how.body, token),
                     .token = {}});
  }
};

void check_tells_nothing(const Town& town, const ApiAnswer& answer) {
  CHECK(answer.status < 500);
  if (answer.status >= 400) CHECK_FALSE(answer.errcode().empty());
  CHECK(answer.body.find("SECRET") == std::string::npos);
  CHECK(answer.body.find(town.closed) == std::string::npos);
}

TEST_CASE("no token of somebody else tells what is theirs, whichever operation it is shown to") {
  Town town;
  const Person nobody = town.server.stranger();
  const auto tokens = town.tokens_of_bob();
  for (const auto& [from, token] : tokens) {
    CAPTURE(from);
    for (const Use& use : all_uses()) {
      CAPTURE(use.target);
      const ApiAnswer closed = town.use(town.mallory, use, token, Town::Of::closed_room);
      const ApiAnswer own = town.use(town.mallory, use, token, Town::Of::own_room);
      check_tells_nothing(town, closed);
      check_tells_nothing(town, own);
      if (use.target.find("{room}") != std::string::npos) {
        CHECK((closed.status == 403 || closed.status == 404 || closed.status == 400));
      }
      if (use.target.starts_with("/publicRooms")) continue;  // open to everyone
      CHECK(town.use(nobody, use, token, Town::Of::own_room).status == 401);
    }
  }
  // What they are good for whoever they were given to: there is something to be told.
  std::size_t tell = 0;
  for (const auto& [from, token] : tokens) {
    for (const Use& use : all_uses()) {
      const ApiAnswer answer = town.use(town.bob, use, token, Town::Of::closed_room);
      if (answer.body.find("SECRET") != std::string::npos) ++tell;
    }
  }
  CHECK(tell > 30);
  CHECK(town.bob.post("/search?next_batch=" + tokens.at("search"), kSearch).status == 200);
  const std::string since = tokens.at("sync");
  town.alice.say(town.closed, "news");
  CHECK(messages_in(town.bob.sync(since), town.closed) == std::vector<std::string>{"news"});
}

TEST_CASE("a token that was altered is refused or tells what is one's own") {
  const Town town;
  const std::vector<Use> uses = all_uses();
  for (const auto& [from, token] : town.tokens_of_bob()) {
    std::vector<std::string> altered{token + "0",
                                     token + "_1",
                                     "-" + token,
                                     token + token,
                                     token.substr(0, token.size() - 1),
                                     token.substr(1),
                                     token + std::string(5'000, '9')};
    for (std::size_t at = 0; at < token.size(); ++at) {
      for (const char other : {'0', '9', '_', '~'}) {
        altered.push_back(token);
        altered.back()[at] = other;
      }
    }
    for (std::size_t number = 0; number < altered.size(); ++number) {
      const Use& use = uses[number % uses.size()];
      CAPTURE(from);
      CAPTURE(use.target);
      CAPTURE(altered[number]);
      check_tells_nothing(town, town.use(town.mallory, use, altered[number], Town::Of::own_room));
      check_tells_nothing(town,
                          town.use(town.mallory, use, altered[number], Town::Of::closed_room));
      CHECK(town.use(town.bob, use, altered[number], Town::Of::closed_room).status < 500);
    }
  }
}

TEST_CASE("whoever left sees nothing of what comes after it by a token of those who stayed") {
  Town town;
  REQUIRE(town.bob.post("/rooms/" + town.closed + "/leave").status == 200);
  const std::string left = town.bob.position();
  const std::string before = town.alice.position();
  town.alice.say(town.closed, "LATER");
  REQUIRE(town.alice.put("/rooms/" + town.closed + "/state/m.room.topic/", R"({"topic":"LATER"})")
              .status == 200);
  const std::string after = town.alice.position();
  const std::string last =
      town.alice.get("/rooms/" + town.closed + "/messages?dir=b&limit=1").text("start");
  for (const std::string& token : {left, before, after, last}) {
    for (const Use& use : all_uses()) {
      CAPTURE(use.target);
      const ApiAnswer answer = town.use(town.bob, use, token, Town::Of::closed_room);
      CHECK(answer.status < 500);
      CHECK(answer.body.find("LATER") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace chancery::scenario
