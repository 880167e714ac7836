// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Somebody leaves and asks to be erased: those who were there then still read what they said, those
// who come later do not, wherever they look.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr const char* kPassword = "correct horse battery";
constexpr const char* kSecret = "the northern depot";

void deactivate(const Person& person, const std::string& erase) {
  const ApiAnswer asked = person.post("/account/deactivate", R"({"erase":)" + erase + "}");
  REQUIRE(asked.status == 401);
  const ApiAnswer done =
      person.post("/account/deactivate",
                  R"({"erase":)" + erase + R"(,"auth":{"type":"m.login.password","session":")" +
                      asked.text("session") + R"(","identifier":{"type":"m.id.user","user":")" +
                      person.id() + R"("},"password":")" + kPassword + "\"}}");
  REQUIRE(done.status == 200);
}

struct Story {
  explicit Story(const std::string& erase) {
    carol.join(room);
    leaving.join(room);
    said = leaving.say(room, kSecret);
    reply = send("m.room.message", R"({"msgtype":"m.text","body":"southern depot","m.relates_to":)"
                                   R"({"rel_type":"m.reference","event_id":")" +
                                       said + "\"}}");
    carol.post(in_room("/leave"));
    deactivate(leaving, erase);
    bob.join(room);
    server.settle();
  }

  [[nodiscard]] std::string in_room(const std::string& rest) const {
    return "/rooms/" + percent_encode(room) + rest;
  }
  [[nodiscard]] std::string send(const std::string& type, const std::string& content) const {
    return leaving.put(in_room("/send/" + type + "/" + unique_text()), content).text("event_id");
  }
  // All the ways to a message.
  [[nodiscard]] std::vector<ApiAnswer> looks(const Person& person) const {
    const std::string event = percent_encode(said);
    const std::string relations = "/_matrix/client/v1" + in_room("/relations/" + event);
    return {person.get(in_room("/event/" + event)),
            person.get(in_room("/context/" + event)),
            person.get(in_room("/messages?dir=b&limit=50")),
            person.get(relations),
            person.get("/initialSync?limit=50"),
            person.sync(),
            person.post(kSlidingSync, R"({"lists":{"all":{"ranges":[[0,9]],"required_state":[],)"
                                      R"("timeline_limit":50}}})"),
            person.post("/search", R"({"search_categories":{"room_events":{"search_term":"depot",)"
                                   R"("event_context":{"before_limit":5,"after_limit":5}}}})")};
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  Person carol = server.register_user("carol");
  Person leaving = server.register_user("leaving", kPassword);
  std::string room = alice.create_room(R"({"preset":"public_chat"})");
  std::string said;
  std::string reply;
};

// Either message; the word alone is among what a search highlights.
bool tells(const ApiAnswer& answer) { return answer.body.find("ern depot\"") != std::string::npos; }

TEST_CASE("those who come after someone was erased read nothing of theirs, on no way") {
  const Story story("true");
  const auto looks = story.looks(story.bob);
  for (std::size_t way = 0; way < looks.size(); ++way) {
    CAPTURE(way);
    CAPTURE(looks[way].body);
    CHECK(looks[way].status == 200);
    CHECK_FALSE(tells(looks[way]));
  }
  // What was redacted has its place still.
  const ApiAnswer event = story.bob.get(story.in_room("/event/" + percent_encode(story.said)));
  CHECK(event.text("sender") == story.leaving.id());
  CHECK(event.object().at("content").as_object().empty());
  CHECK_FALSE(event.object().at("unsigned").as_object().contains("redacted_because"));
  CHECK(find_at(looks.back().json, "/search_categories/room_events/count")->as_int64() == 0);
  CHECK(find_at(looks.back().json, "/search_categories/room_events/results")->as_array().empty());
}

TEST_CASE("those who were in the room then read on what someone said who was erased since") {
  Story story("true");
  for (const ApiAnswer& look : story.looks(story.alice)) {
    CAPTURE(look.body);
    CHECK(tells(look));
  }
  // Who left in between, and came back.
  story.carol.join(story.room);
  const ApiAnswer event = story.carol.get(story.in_room("/event/" + percent_encode(story.said)));
  CHECK(tells(event));
}

TEST_CASE("what someone had set who was erased is not told to later ones as what came before") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const Person leaving = server.register_user("leaving", kPassword);
  const std::string room = alice.create_room(
      R"({"preset":"public_chat","power_level_content_override":{"events":{"m.room.topic":0}}})");
  const std::string topic = "/rooms/" + percent_encode(room) + "/state/m.room.topic";
  leaving.join(room);
  leaving.put(topic, R"({"topic":"the northern depot"})");
  const std::string later = alice.put(topic, R"({"topic":"none"})").text("event_id");
  deactivate(leaving, "true");
  bob.join(room);
  server.settle();

  const std::string event = "/rooms/" + percent_encode(room) + "/event/" + percent_encode(later);
  const ApiAnswer seen = bob.get(event);
  CHECK_FALSE(tells(seen));
  CHECK(seen.body.find("none") != std::string::npos);
  CHECK_FALSE(seen.object().at("unsigned").as_object().contains("prev_sender"));
  CHECK(tells(alice.get(event)));
}

TEST_CASE("who was erased stays so after a restart, and other people's words stay whole") {
  Story story("true");
  const std::string later = story.alice.say(story.room, "the eastern depot");
  story.server.restart();
  const std::string event = story.in_room("/event/" + percent_encode(story.said));
  CHECK_FALSE(tells(story.bob.get(event)));
  CHECK(tells(story.alice.get(event)));
  CHECK(tells(story.bob.get(story.in_room("/event/" + percent_encode(later)))));
}

TEST_CASE("who only deactivates an account leaves behind what they said") {
  const Story story("false");
  for (const ApiAnswer& look : story.looks(story.bob)) CHECK(tells(look));
}

}  // namespace
}  // namespace chancery::scenario
