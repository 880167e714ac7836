// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// State that is malformed or not for clients to set.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace chancery::scenario {
namespace {

struct Room {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string id;

  explicit Room(const std::string& version = "12") {
    id = alice.create_room(R"({"preset":"public_chat","room_version":")" + version + "\"}");
    bob.join(id);
  }
  ApiAnswer set(const Person& who, const std::string& type, const std::string& content) const {
    return who.put("/rooms/" + id + "/state/" + type, content);
  }
  std::string state() const { return alice.get("/rooms/" + id + "/state").body; }
  // Refused, and the room is as it was.
  void check_refused(const Person& who, const std::string& type, const std::string& content) const {
    CAPTURE(type);
    CAPTURE(content);
    const std::string before = state();
    const ApiAnswer answer = set(who, type, content);
    CHECK(answer.status >= 400);
    CHECK(answer.status < 500);
    CHECK_FALSE(answer.errcode().empty());
    CHECK(state() == before);
  }
};

TEST_CASE("a second create event is refused, with any state key and from anyone") {
  const Room room;
  room.check_refused(room.alice, "m.room.create/", R"({"room_version":"11"})");
  room.check_refused(room.alice, "m.room.create/other", "{}");
  room.check_refused(room.bob, "m.room.create/", "{}");
}

TEST_CASE("a create event is no request that a room can grant, whether one is in the room or not") {
  Room room;
  const Person mallory = room.server.register_user("mallory");
  const std::string elsewhere = "/rooms/!nowhere:x/state/m.room.create/";

  const ApiAnswer inside = room.set(room.alice, "m.room.create/", "{}");
  const ApiAnswer outside = room.set(mallory, "m.room.create/", "{}");

  CHECK(inside.status == 400);
  CHECK(outside.body == inside.body);
  CHECK(mallory.put(elsewhere, "{}").body == inside.body);
}

TEST_CASE("an upgrade that is asked for three times at once makes one room") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    CAPTURE(seed);
    ServerUnderTest server({}, seed);
    const Person alice = server.register_user("alice");
    const std::string old = alice.create_room();
    std::vector<Pending> asked;
    for (int i = 0; i < 3; ++i) {
      asked.push_back(
          alice.begin(http::Method::post, "/rooms/" + old + "/upgrade", R"({"new_version":"12"})"));
    }

    std::set<std::string> made;
    for (Pending& one : asked) {
      const ApiAnswer answer = one.await();
      CHECK(answer.status == 200);
      made.insert(answer.text("replacement_room"));
    }

    CHECK(made.size() == 1);
    CHECK(alice.get("/rooms/" + old + "/state/m.room.tombstone").text("replacement_room") ==
          *made.begin());
    CHECK(base::find_array(alice.get("/joined_rooms").object(), "joined_rooms")->size() == 2);
  }
}

TEST_CASE("additional creators that are none make no room") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  for (const char* creators :
       {R"("@bob:x")", R"(["@bob:x",42])", R"(["bob"])", R"(["@invalid:dom$ain$.com"])"}) {
    CAPTURE(creators);
    const ApiAnswer answer =
        alice.post("/createRoom", std::string(R"({"room_version":"12","creation_content":)") +
                                      R"({"additional_creators":)" + creators + "}}");
    CHECK(answer.status == 400);
    CHECK(answer.errcode() == "M_BAD_JSON");
  }
}

TEST_CASE("a creator is given no power level in version 12") {
  const Room room;

  const ApiAnswer answer =
      room.set(room.alice, "m.room.power_levels/", R"({"users":{"@alice:x":100}})");

  CHECK(answer.status == 400);
  CHECK(answer.errcode() == "M_BAD_JSON");
}

TEST_CASE("power levels that are no integers are refused from version 10 on") {
  const Room room;
  for (const char* content :
       {R"({"users":{"@bob:x":"50"}})", R"({"users":{"@bob:x":50.5}})", R"({"users":[]})",
        R"({"users":{"bob":50}})", R"({"users_default":"0"})", R"({"events":{"m.test":"1"}})",
        R"({"events":7})", R"({"state_default":9007199254740992})", R"({"ban":null})",
        R"({"notifications":{"room":"50"}})", R"({"invite":true})"}) {
    room.check_refused(room.alice, "m.room.power_levels/", content);
  }
}

TEST_CASE("a power level in text is taken in version 9, as the versions of that time did") {
  const Room room("9");
  REQUIRE(room.set(room.alice, "m.room.power_levels/",
                   R"({"users":{"@alice:x":100,"@bob:x":" 50 "},"state_default":"50"})")
              .status == 200);

  CHECK(room.set(room.bob, "m.room.topic/", R"({"topic":"by bob"})").status == 200);
}

TEST_CASE("levels at the ends of their range count as what they say") {
  Room room("11");
  room.id = room.alice.create_room(
      R"({"preset":"public_chat","room_version":"11","power_level_content_override":)"
      R"({"users":{"@alice:x":9007199254740991,"@bob:x":-9007199254740991}}})");
  room.bob.join(room.id);
  const std::string target = "/rooms/" + room.id + "/send/m.room.message/t";
  CHECK(room.bob.put(target + "1", message_of("no")).status == 403);

  // Nothing but events_default: everyone who is not named has 0.
  REQUIRE(room.set(room.alice, "m.room.power_levels/",
                   R"({"users":{"@alice:x":9007199254740991},"events_default":-1})")
              .status == 200);
  CHECK(room.bob.put(target + "2", message_of("yes")).status == 200);
}

TEST_CASE("nobody gives themself power, and nobody takes that of their equals") {
  const Room room("11");
  room.check_refused(room.bob, "m.room.power_levels/", R"({"users":{"@bob:x":100}})");
  REQUIRE(room.set(room.alice, "m.room.power_levels/",
                   R"({"users":{"@alice:x":100,"@bob:x":100},"events_default":0})")
              .status == 200);
  room.check_refused(room.bob, "m.room.power_levels/",
                     R"({"users":{"@alice:x":50,"@bob:x":100},"events_default":0})");
}

TEST_CASE("a membership that is none, or somebody else's to set, is refused") {
  const Room room;
  for (const char* content : {R"({"membership":["join"]})", R"({"membership":"owner"})",
                              R"({"membership":null})", "{}"}) {
    room.check_refused(room.alice, "m.room.member/@alice:x", content);
  }
  room.check_refused(room.alice, "m.room.member/@bob:x", R"({"membership":"join"})");
  room.check_refused(room.alice, "m.room.member/bob", R"({"membership":"invite"})");
  room.check_refused(room.bob, "m.room.member/@alice:x", R"({"membership":"leave"})");
}

TEST_CASE("a state key that is somebody else's user id is refused") {
  const Room room;
  REQUIRE(
      room.set(room.alice, "m.room.power_levels/", R"({"state_default":0,"users":{}})").status ==
      200);
  room.check_refused(room.bob, "org.example.card/@alice:x", "{}");
  CHECK(room.set(room.bob, "org.example.card/@bob:x", "{}").status == 200);
}

TEST_CASE("what a client adds around its event at creation is not taken from it") {
  const Room room;
  const std::string made = room.alice.create_room(
      R"({"preset":"public_chat","initial_state":[{"type":"m.test","state_key":"",)"
      R"("content":{"a":1},)"
      R"("sender":"@bob:x","origin_server_ts":1,"unsigned":{"age":7,"m.relations":{}},)"
      R"("event_id":"$forged","depth":99,"hashes":{"sha256":"AAAA"}}]})");
  const ApiAnswer state = room.alice.get("/rooms/" + made + "/state");
  const base::Json* forged = nullptr;
  for (const base::Json& event : state.json.as_array()) {
    if (text_at(event, "/type") == "m.test") forged = &event;
  }
  REQUIRE(forged != nullptr);

  CHECK(text_at(*forged, "/sender") == "@alice:x");
  CHECK(text_at(*forged, "/event_id") != "$forged");
  CHECK(forged->at("origin_server_ts").as_int64() > 1'000'000);
  CHECK(find_at(*forged, "/unsigned/m.relations") == nullptr);
  CHECK(forged->at("content") == base::Json{{"a", 1}});
}

TEST_CASE("what nobody knows in a content is kept, also over a restart") {
  Room room;
  const std::string content =
      R"({"body":"x","msgtype":"m.text","org.example":{"list":[1,{"":null}],"deep":true}})";
  const ApiAnswer sent = room.alice.put("/rooms/" + room.id + "/send/m.room.message/t1", content);
  REQUIRE(sent.status == 200);

  room.server.restart();

  const ApiAnswer event =
      room.alice.get("/rooms/" + room.id + "/event/" + percent_encode(sent.text("event_id")));
  CHECK(event.json.at("content") == base::parse_json(content).value());
}

TEST_CASE("a redaction of what a room stands on leaves the room standing") {
  const Room room("10");
  std::string create;
  const ApiAnswer state = room.alice.get("/rooms/" + room.id + "/state");
  for (const base::Json& event : state.json.as_array()) {
    if (text_at(event, "/type") == "m.room.create") create = text_at(event, "/event_id");
  }
  const ApiAnswer redacted =
      room.alice.put("/rooms/" + room.id + "/redact/" + percent_encode(create) + "/t1");
  CHECK(redacted.status < 500);

  room.alice.say(room.id, "still here");
  CHECK(all_messages(room.bob, room.id) == std::vector<std::string>{"still here"});
}

TEST_CASE("state has owners where the room's version says so, who may be written over by power") {
  const Room room("org.matrix.msc3757.11");
  REQUIRE(room.set(room.alice, "m.room.power_levels/",
                   R"({"users":{"@alice:x":100},"events":{"m.test":0}})")
              .status == 200);
  const std::string suffix = percent_encode("_key:!@#$123");

  CHECK(room.set(room.bob, "m.test/@bob:x" + suffix, "{}").status == 200);
  CHECK(room.set(room.alice, "m.test/@bob:x", "{}").status == 200);
  CHECK(room.set(room.alice, "m.test/@nobody:elsewhere" + suffix, "{}").status == 200);
  room.check_refused(room.bob, "m.test/@alice:x" + suffix, "{}");
  const std::string longest = std::string(255, 'k');
  CHECK(room.set(room.bob, "m.test/@bob:x_" + longest, "{}").status == 200);
  for (const std::string& key :
       {std::string("@oops"), "@bob:x_k" + longest, std::string("@bob:x@key")}) {
    const ApiAnswer answer = room.set(room.bob, "m.test/" + key, "{}");
    CHECK(answer.status == 400);
    CHECK(answer.errcode() == "M_BAD_JSON");
  }
  CHECK(room.set(room.bob, "m.test/k" + longest, "{}").errcode() == "M_TOO_LARGE");
}

TEST_CASE("capabilities tell which room versions are not stable") {
  const Room room;
  const ApiAnswer answer = room.alice.get("/capabilities");
  const base::JsonObject& available =
      find_at(answer.json, "/capabilities/m.room_versions/available")->as_object();
  CHECK(base::find_string(available, "12") == "stable");
  CHECK(base::find_string(available, "org.matrix.msc3757.10") == "unstable");
}

}  // namespace
}  // namespace chancery::scenario
