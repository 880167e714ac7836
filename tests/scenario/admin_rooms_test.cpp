// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What owners do with rooms and reports that are not theirs.
#include "storage/commit/change.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::scenario {
namespace {

const std::string kV1 = "/_synapse/admin/v1";
const std::string kV2 = "/_synapse/admin/v2";

struct House {
  explicit House(std::uint64_t seed = 0) : server({}, seed) {
    server.make_owner("@owner:x");
    bob.join(room);
  }
  // Until the removal of that id has ended.
  ApiAnswer await_removal(const std::string& id) {
    for (int i = 0; i < 100; ++i) {
      ApiAnswer status = owner.get(kV2 + "/rooms/delete_status/" + id);
      const std::string state = status.text("status");
      if (state == "complete" || state == "failed") return status;
      server.settle();
    }
    FAIL("the removal does not end");
    return {};
  }

  ServerUnderTest server;
  Person owner = server.register_user("owner");
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room(
      R"({"preset":"public_chat","name":"The room","topic":"t","room_alias_name":"room"})");
};

std::string of_room(const std::string& room, const std::string& rest = "") {
  return "/rooms/" + percent_encode(room) + rest;
}
std::string names_in(const ApiAnswer& list) {
  std::string names;
  for (const base::Json& room : list.object().at("rooms").as_array()) {
    names += text_at(room, "/name") + " ";
  }
  return names;
}

TEST_CASE("owners list rooms in pages, by what they look for") {
  House house;
  house.alice.create_room(R"({"name":"Another","visibility":"public"})");
  house.bob.create_room(R"({"name":"Beta","preset":"private_chat"})");

  const ApiAnswer all = house.owner.get(kV1 + "/rooms");
  CHECK(names_in(all) == "Another Beta The room ");
  CHECK(all.object().at("total_rooms").as_int64() == 3);
  const ApiAnswer second = house.owner.get(kV1 + "/rooms?limit=1&from=1");
  CHECK(names_in(second) == "Beta ");
  CHECK(second.object().at("next_batch").as_int64() == 2);
  CHECK(second.object().at("prev_batch").as_int64() == 0);
  CHECK(names_in(house.owner.get(kV1 + "/rooms?search_term=THE")) == "Another The room ");
  CHECK(names_in(house.owner.get(kV1 + "/rooms?order_by=joined_members")).starts_with("The room"));
  CHECK(names_in(house.owner.get(kV1 + "/rooms?dir=b")) == "The room Beta Another ");
  CHECK(names_in(house.owner.get(kV1 + "/rooms?public_rooms=true")) == "Another ");
  CHECK(names_in(house.owner.get(kV1 + "/rooms?from=99")).empty());
  CHECK(house.owner.get(kV1 + "/rooms?order_by=mood").errcode() == "M_INVALID_PARAM");
  CHECK(house.alice.get(kV1 + "/rooms").errcode() == "M_FORBIDDEN");
}

TEST_CASE("an owner sees what a room is and who is in it, not what is said in it") {
  House house;
  house.alice.say(house.room, "between us");
  const ApiAnswer room = house.owner.get(kV1 + of_room(house.room));
  CHECK(room.text("name") == "The room");
  CHECK(room.text("topic") == "t");
  CHECK(room.text("creator") == "@alice:x");
  CHECK(room.text("canonical_alias") == "#room:x");
  CHECK(room.object().at("joined_members").as_int64() == 2);
  CHECK(room.object().at("joined_local_devices").as_int64() == 2);
  CHECK(house.owner.get(kV1 + of_room(house.room, "/members")).body ==
        R"({"members":["@alice:x","@bob:x"],"total":2})");
  const ApiAnswer state = house.owner.get(kV1 + of_room(house.room, "/state"));
  CHECK(state.body.find("m.room.topic") != std::string::npos);
  CHECK(state.body.find("between us") == std::string::npos);
  CHECK(house.owner.get(kV1 + of_room(house.room, "/forward_extremities"))
            .object()
            .at("count")
            .as_int64() == 1);
  for (const char* content : {"/messages", "/context/$event", "/timestamp_to_event"}) {
    CHECK(house.owner.get(kV1 + of_room(house.room, content)).errcode() == "M_UNRECOGNIZED");
  }
  CHECK(house.owner.get(kV1 + of_room("!none:x")).errcode() == "M_NOT_FOUND");
  CHECK(house.owner.get(kV1 + of_room("none")).errcode() == "M_INVALID_PARAM");
}

TEST_CASE("an owner sees where a space leads to, closed rooms too, and which rooms are large") {
  House house;
  const std::string space =
      house.alice.create_room(R"({"preset":"private_chat","creation_content":{"type":"m.space"}})");
  const std::string closed = house.alice.create_room(R"({"preset":"private_chat","name":"C"})");
  for (const std::string& child : {closed, house.room}) {
    house.alice.put(of_room(space, "/state/m.space.child/" + percent_encode(child)),
                    R"({"via":["x"]})");
  }
  const std::string below = of_room(space, "/hierarchy");
  CHECK(house.owner.get("/_matrix/client/v1" + below).errcode() == "M_FORBIDDEN");
  const ApiAnswer shown = house.owner.get(kV1 + below + "?limit=2");
  CHECK(shown.object().at("rooms").as_array().size() == 2);
  const ApiAnswer rest = house.owner.get(kV1 + below + "?limit=2&from=" + shown.text("next_batch"));
  CHECK(rest.object().at("rooms").as_array().size() == 1);
  CHECK(house.alice.get(kV1 + below).errcode() == "M_FORBIDDEN");
  CHECK(house.owner.get(kV1 + of_room("!none:x", "/hierarchy")).status >= 403);

  for (int i = 0; i < 30; ++i) house.alice.say(closed, "a good deal more than elsewhere");
  const ApiAnswer sizes = house.owner.get(kV1 + "/statistics/database/rooms");
  CHECK(text_at(sizes.json, "/rooms/0/room_id") == closed);
  CHECK(find_at(sizes.json, "/rooms/0/estimated_size")->as_int64() >
        find_at(sizes.json, "/rooms/1/estimated_size")->as_int64());
  CHECK(sizes.object().at("rooms").as_array().size() == 3);
  CHECK(house.alice.get(kV1 + "/statistics/database/rooms").errcode() == "M_FORBIDDEN");
}

TEST_CASE("nobody comes into a blocked room, whoever is in stays") {
  House house;
  const std::string block = kV1 + of_room(house.room, "/block");
  CHECK(house.owner.put(block, R"({"block":true})").body == R"({"block":true})");
  CHECK(house.owner.get(block).text("user_id") == "@owner:x");

  const Person carol = house.server.register_user("carol");
  CHECK(carol.post(of_room(house.room, "/join")).errcode() == "M_FORBIDDEN");
  CHECK(carol.post("/join/%23room%3Ax").errcode() == "M_FORBIDDEN");
  CHECK(carol.post("/knock/" + percent_encode(house.room)).errcode() == "M_FORBIDDEN");
  CHECK(house.alice.post(of_room(house.room, "/invite"), R"({"user_id":"@carol:x"})").errcode() ==
        "M_FORBIDDEN");
  CHECK(house.alice
            .put(of_room(house.room, "/state/m.room.member/%40carol%3Ax"),
                 R"({"membership":"invite"})")
            .errcode() == "M_FORBIDDEN");
  house.bob.say(house.room, "still here");
  house.server.restart();
  CHECK(carol.post(of_room(house.room, "/join")).errcode() == "M_FORBIDDEN");

  CHECK(house.owner.put(block, R"({"block":false})").status == 200);
  CHECK(carol.post(of_room(house.room, "/join")).status == 200);
  CHECK(house.owner.put(block, "{}").errcode() == "M_MISSING_PARAM");
}

TEST_CASE("a room that is removed is gone for everybody, for good") {
  House house;
  const std::string said = house.alice.say(house.room, "what has to go");
  const std::string since = house.bob.position();
  const std::string kept = house.bob.create_room();
  house.bob.say(kept, "what stays");

  const ApiAnswer removed = house.owner.del(kV1 + of_room(house.room), "{}");
  REQUIRE(removed.status == 200);
  CHECK(removed.object().at("kicked_users").as_array().size() == 2);
  CHECK(removed.object().at("failed_to_kick_users").as_array().empty());

  for (int round = 0; round < 2; ++round) {
    CHECK(house.owner.get(kV1 + of_room(house.room)).errcode() == "M_NOT_FOUND");
    CHECK(house.bob.get(of_room(house.room, "/messages?dir=b")).status == 403);
    CHECK(house.bob.get(of_room(house.room, "/event/" + percent_encode(said))).status >= 403);
    CHECK(house.bob.get("/directory/room/%23room%3Ax").errcode() == "M_NOT_FOUND");
    CHECK(house.bob.post(of_room(house.room, "/join")).errcode() == "M_FORBIDDEN");
    CHECK(house.bob.put(of_room(house.room, "/send/m.room.message/1"), message_of("a")).status ==
          403);
    CHECK(find_at(house.bob.sync(since).json, "/rooms/join/" + house.room) == nullptr);
    CHECK(messages_in(house.bob.sync(), kept) == std::vector<std::string>{"what stays"});
    CHECK(house.owner.get(kV1 + "/users/%40bob%3Ax/memberships").body.find(house.room) ==
          std::string::npos);
    house.server.restart();
  }
  CHECK(house.owner.del(kV1 + of_room(house.room), "{}").errcode() == "M_NOT_FOUND");
  // The name may be given again.
  CHECK(house.bob.create_room(R"({"room_alias_name":"room"})") != house.room);
}

TEST_CASE("a removal in the background tells how far it is, and its members are told to leave") {
  House house;
  for (int i = 0; i < 30; ++i) house.alice.say(house.room, "word");
  const std::string since = house.bob.position();

  const ApiAnswer begun =
      house.owner.del(kV2 + of_room(house.room), R"({"block":true,"purge":false})");
  REQUIRE(begun.status == 200);
  const ApiAnswer status = house.await_removal(begun.text("delete_id"));
  CHECK(status.text("status") == "complete");
  CHECK(find_at(house.bob.sync(since).json, "/rooms/leave/" + house.room) != nullptr);
  // Not purged: still known, and blocked.
  CHECK(house.owner.get(kV1 + of_room(house.room, "/block")).object().at("block").as_bool());
  CHECK(house.bob.post(of_room(house.room, "/join")).errcode() == "M_FORBIDDEN");

  const ApiAnswer again = house.owner.del(kV2 + of_room(house.room), "{}");
  CHECK(house.await_removal(again.text("delete_id")).text("status") == "complete");
  const ApiAnswer of_it = house.owner.get(kV2 + of_room(house.room, "/delete_status"));
  CHECK(of_it.object().at("results").as_array().size() == 2);
  CHECK(
      house.owner.get(kV1 + "/scheduled_tasks").object().at("scheduled_tasks").as_array().size() ==
      2);
  CHECK(house.owner.get(kV2 + "/rooms/delete_status/none").errcode() == "M_NOT_FOUND");
  CHECK(house.owner.get(kV2 + of_room("!none:x", "/delete_status")).errcode() == "M_NOT_FOUND");
  // Blocked still, though nobody knows it any more.
  CHECK(house.owner.get(kV1 + of_room(house.room, "/block")).object().at("block").as_bool());
}

TEST_CASE("a removal that a kill interrupts goes on after the start, and nothing of it shows") {
  House house;
  std::string said;
  for (int i = 0; i < 5; ++i) said = house.alice.say(house.room, "what has to go");
  // What else hangs on the room: an event that waits, and one that is shown to everybody.
  const std::string late = of_room(house.room, "/send/m.room.message/late");
  CHECK(house.alice.put(late + "?org.matrix.msc4140.delay=60000", message_of("late")).status ==
        200);
  server::Stores& stores = house.server.composition().stores();
  const auto id = protocol::RoomId::trusted(house.room);
  const auto stored = house.server.scheduler().run(stores.events.find_room(id));
  REQUIRE(stored.has_value());
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoom{stored->number, id});
  house.server.scheduler().run(stores.committer.commit(std::move(change)));

  for (int round = 0; round < 2; ++round) {
    const std::string event = "/event/" + percent_encode(said);
    CHECK(house.bob.get(of_room(house.room, event)).status == 404);
    CHECK(house.bob.get(of_room(house.bob.create_room(), event)).status == 404);
    CHECK(house.bob.put(of_room(house.room, "/redact/" + percent_encode(said) + "/1")).status ==
          403);
    CHECK(house.bob.sync().status == 200);
    house.server.scheduler().advance(std::chrono::minutes(2));
    house.server.restart();
  }
  const auto left = [&house] {
    server::Stores& now = house.server.composition().stores();
    return house.server.scheduler().run(now.events.load_removed_rooms()).size();
  };
  CHECK(left() == 1);
  house.server.scheduler().run(house.server.composition().admin().removal.sweep());
  CHECK(left() == 0);
}

TEST_CASE("a room made before the newest one is wholly removed keeps what is said in it") {
  House house;
  for (int i = 0; i < 5; ++i) house.alice.say(house.room, "what has to go");
  {
    server::Stores& stores = house.server.composition().stores();
    const auto id = protocol::RoomId::trusted(house.room);
    const auto stored = house.server.scheduler().run(stores.events.find_room(id));
    REQUIRE(stored.has_value());
    storage::Change change;
    change.mutations.emplace_back(storage::RemoveRoom{stored->number, id});
    house.server.scheduler().run(stores.committer.commit(std::move(change)));
  }
  house.server.restart();

  const std::string made = house.bob.create_room();
  house.bob.say(made, "what stays");
  house.server.scheduler().run(house.server.composition().admin().removal.sweep());
  house.server.restart();

  house.bob.say(made, "what comes");
  CHECK(messages_in(house.bob.sync(), made) ==
        std::vector<std::string>{"what stays", "what comes"});
}

TEST_CASE("whoever writes, reads and joins while a room is removed is answered, in any order") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    House house(seed);
    house.server.register_user("carol");
    const std::string since = house.bob.position();
    std::vector<Pending> asked;
    const auto ask = [&](const Person& who, http::Method method, const std::string& target,
                         const std::string& body = "{}") {
      asked.push_back(who.begin(method, target, body));
    };
    for (int i = 0; i < 4; ++i) {
      ask(house.alice, http::Method::put,
          of_room(house.room, fmt::format("/send/m.room.message/a{}", i)), message_of("a"));
      ask(house.bob, http::Method::get, of_room(house.room, "/messages?dir=b"));
    }
    ask(house.owner, http::Method::del, kV1 + of_room(house.room));
    ask(house.owner, http::Method::post, of_room(house.room, "/join"));
    ask(house.bob, http::Method::get, "/sync?timeout=1000&since=" + since);
    ask(house.owner, http::Method::del, kV1 + of_room(house.room));
    for (int i = 0; i < 4; ++i) {
      ask(house.bob, http::Method::put,
          of_room(house.room, fmt::format("/send/m.room.message/b{}", i)), message_of("b"));
      ask(house.bob, http::Method::post, of_room(house.room, "/leave"));
      ask(house.alice, http::Method::post, of_room(house.room, "/forget"));
    }
    for (Pending& one : asked) {
      const ApiAnswer answer = one.await();
      CAPTURE(answer.body);
      // 503: the room went while it was looked at.
      CHECK((answer.status < 500 || answer.status == 503));
    }
    CHECK(house.bob.sync().status == 200);
    CHECK(house.alice.sync().status == 200);
    CHECK(house.owner.get(kV1 + of_room(house.room)).status == 404);
    house.server.restart();
    CHECK(house.bob.sync().status == 200);
  }
}

TEST_CASE("members of a removed room find themselves in a new one that says why") {
  House house;
  const ApiAnswer removed = house.owner.del(
      kV1 + of_room(house.room),
      R"({"new_room_user_id":"@owner:x","room_name":"Closed","message":"It was too loud."})");
  REQUIRE(removed.status == 200);
  const std::string fresh = removed.text("new_room_id");
  CHECK(all_messages(house.bob, fresh) == std::vector<std::string>{"It was too loud."});
  CHECK(house.bob.put(of_room(fresh, "/send/m.room.message/1"), message_of("why?")).status == 403);
  CHECK(house.bob.get("/directory/room/%23room%3Ax").text("room_id") == fresh);
  CHECK(removed.object().at("local_aliases").as_array().size() == 1);
  CHECK(house.owner.del(kV1 + of_room(fresh), R"({"new_room_user_id":"@a:elsewhere.example"})")
            .errcode() == "M_INVALID_PARAM");
  CHECK(house.owner.del(kV1 + of_room(fresh), R"({"new_room_user_id":"a"})").errcode() ==
        "M_INVALID_PARAM");
}

TEST_CASE("a room that nobody here knows can be blocked before anyone comes in") {
  House house;
  const std::string unknown = "!unknown:elsewhere.example";
  CHECK(house.owner.del(kV1 + of_room(unknown), "{}").errcode() == "M_NOT_FOUND");
  CHECK(house.owner.del(kV1 + of_room(unknown), R"({"block":true})").status == 200);
  CHECK(house.owner.get(kV1 + of_room(unknown, "/block")).object().at("block").as_bool());
}

TEST_CASE("an owner gives somebody power in a room, through a member who may") {
  House house;
  REQUIRE(house.owner.post(kV1 + of_room(house.room, "/make_room_admin"), R"({"user_id":"@bob:x"})")
              .status == 200);
  CHECK(house.bob.put(of_room(house.room, "/state/m.room.topic/"), R"({"topic":"bob's"})").status ==
        200);

  const std::string closed = house.alice.create_room(R"({"preset":"private_chat"})");
  REQUIRE(house.owner.post(kV1 + of_room(closed, "/make_room_admin")).status == 200);
  house.owner.join(closed);
  CHECK(house.owner.put(of_room(closed, "/state/m.room.name/"), R"({"name":"n"})").status == 200);

  CHECK(house.owner.post(kV1 + "/rooms/%23room%3Ax/make_room_admin").status == 200);
  CHECK(
      house.owner.post(kV1 + of_room(house.room, "/make_room_admin"), R"({"user_id":"@nobody:x"})")
          .errcode() == "M_NOT_FOUND");
  house.alice.post(of_room(closed, "/leave"));
  house.owner.post(of_room(closed, "/leave"));
  CHECK(house.owner.post(kV1 + of_room(closed, "/make_room_admin")).errcode() == "M_FORBIDDEN");
}

TEST_CASE("power that somebody has already is not given again") {
  House house;
  const auto newest = [&](const std::string& room) {
    const ApiAnswer state = house.alice.get(of_room(room, "/state"));
    for (const base::Json& event : *state.json.if_array()) {
      if (text_at(event, "/type") == "m.room.power_levels") return text_at(event, "/event_id");
    }
    return std::string();
  };
  const auto give = [&](const std::string& room, const std::string& body) {
    return house.owner.post(kV1 + of_room(room, "/make_room_admin"), body).status;
  };
  const std::string to_bob = R"({"user_id":"@bob:x"})";
  REQUIRE(give(house.room, to_bob) == 200);
  const std::string first = newest(house.room);
  // Of whoever may, the one before Bob in the alphabet is now asked to make it 100 once more.
  REQUIRE(give(house.room, to_bob) == 200);
  CHECK(newest(house.room) == first);

  // Those who made a room of a newer version may not stand among those who have a number.
  const std::string made =
      house.alice.create_room(R"({"room_version":"12","preset":"public_chat",)"
                              R"("creation_content":{"additional_creators":["@bob:x"]}})");
  house.bob.join(made);
  const std::string before = newest(made);
  CHECK(give(made, to_bob) == 200);
  CHECK(newest(made) == before);
}

TEST_CASE("of two who are given power at the same time both have it") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    House house(seed);
    Person carol = house.server.register_user("carol");
    carol.join(house.room);
    const auto begin = [&](const std::string& user) {
      return house.server.begin({.method = http::Method::post,
                                 .target = kV1 + of_room(house.room, "/make_room_admin"),
                                 .body = R"({"user_id":")" + user + "\"}",
                                 .token = house.owner.token()});
    };
    Pending bob = begin("@bob:x");
    Pending other = begin("@carol:x");
    CHECK(bob.await().status == 200);
    CHECK(other.await().status == 200);

    const ApiAnswer levels = house.alice.get(of_room(house.room, "/state/m.room.power_levels/"));
    CHECK(find_at(levels.json, "/users/@bob:x") != nullptr);
    CHECK(find_at(levels.json, "/users/@carol:x") != nullptr);
  }
}

TEST_CASE("an owner brings somebody into a room as far as the owner may") {
  House house;
  house.server.register_user("carol");
  const std::string body = R"({"user_id":"@carol:x"})";
  CHECK(house.owner.post(kV1 + "/join/%23room%3Ax", body).text("room_id") == house.room);
  const std::string closed = house.alice.create_room(R"({"preset":"private_chat"})");
  CHECK(house.owner.post(kV1 + "/join/" + percent_encode(closed), body).errcode() == "M_FORBIDDEN");
  CHECK(house.owner.get(kV1 + "/users/%40carol%3Ax/joined_rooms").body ==
        R"({"joined_rooms":[")" + house.room + R"("],"total":1})");
  CHECK(house.owner.post(kV1 + "/join/%23room%3Ax", "{}").errcode() == "M_MISSING_PARAM");
}

TEST_CASE("owners read what people reported, with the event, until they are done with it") {
  House house;
  const std::string event = house.alice.say(house.room, "something bad");
  const std::string report = of_room(house.room, "/report");
  REQUIRE(
      house.bob.post(report + "/" + percent_encode(event), R"({"reason":"he said it"})").status ==
      200);
  REQUIRE(house.bob.post(report, R"({"reason":"all of it"})").status == 200);
  REQUIRE(house.bob.post("/users/%40alice%3Ax/report", R"({"reason":"her"})").status == 200);
  house.server.restart();

  const ApiAnswer list = house.owner.get(kV1 + "/event_reports");
  CHECK(list.object().at("total").as_int64() == 3);
  CHECK(text_at(list.json, "/event_reports/0/kind") == "user");
  CHECK(text_at(list.json, "/event_reports/1/kind") == "room");
  CHECK(text_at(list.json, "/event_reports/2/reason") == "he said it");
  CHECK(text_at(list.json, "/event_reports/2/sender") == "@alice:x");
  CHECK(text_at(list.json, "/event_reports/2/user_id") == "@bob:x");
  CHECK(text_at(list.json, "/event_reports/2/name") == "The room");
  CHECK(house.owner.get(kV1 + "/event_reports?user_id=alice").object().at("total").as_int64() == 0);
  CHECK(house.owner.get(kV1 + "/event_reports?limit=1").object().at("next_token").as_int64() == 1);

  const std::string path = kV1 + "/event_reports/" +
                           std::to_string(find_at(list.json, "/event_reports/2/id")->as_int64());
  const ApiAnswer one = house.owner.get(path);
  CHECK(text_at(one.json, "/event_json/content/body") == "something bad");
  CHECK(house.owner.del(path).status == 200);
  CHECK(house.owner.get(path).errcode() == "M_NOT_FOUND");
  CHECK(house.owner.del(path).errcode() == "M_NOT_FOUND");
  CHECK(house.owner.get(kV1 + "/event_reports/x").errcode() == "M_INVALID_PARAM");
  CHECK(house.owner.get(kV1 + "/event_reports/-1").errcode() == "M_INVALID_PARAM");
  CHECK(house.bob.get(kV1 + "/event_reports").errcode() == "M_FORBIDDEN");
}

TEST_CASE("tools learn what server they talk to") {
  House house;
  CHECK(house.owner.get(kV1 + "/server_version").text("server_version").starts_with("Chancery "));
  CHECK(house.owner.get(kV1 + "/federation/destinations").body ==
        R"({"destinations":[],"total":0})");
}

}  // namespace
}  // namespace chancery::scenario
