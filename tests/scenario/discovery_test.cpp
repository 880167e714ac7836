// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Rooms as those see them who are not in them: summaries, and rooms in common.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

struct House {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");

  static std::string summary(const std::string& room) {
    return "/_matrix/client/v1/room_summary/" + percent_encode(room);
  }
};

TEST_CASE("a summary tells what a room is and what one is in it") {
  House house;
  const std::string room = house.alice.create_room(
      R"({"preset":"public_chat","name":"Hall","topic":"All","room_alias_name":"hall",
          "creation_content":{"type":"m.space"},
          "initial_state":[{"type":"m.room.encryption","state_key":"",
                            "content":{"algorithm":"m.megolm.v1.aes-sha2"}}]})");

  for (const std::string& name : {room, std::string("#hall:x")}) {
    const ApiAnswer answer = house.alice.get(House::summary(name));
    REQUIRE(answer.status == 200);
    CHECK(answer.text("room_id") == room);
    CHECK(answer.text("name") == "Hall");
    CHECK(answer.text("topic") == "All");
    CHECK(answer.text("room_type") == "m.space");
    CHECK(answer.text("join_rule") == "public");
    CHECK(answer.text("canonical_alias") == "#hall:x");
    CHECK(answer.text("encryption") == "m.megolm.v1.aes-sha2");
    CHECK(answer.text("room_version") == "12");
    CHECK(answer.text("membership") == "join");
    CHECK(find_at(answer.json, "/num_joined_members")->as_int64() == 1);
  }
  CHECK(house.bob.get(House::summary(room)).text("membership") == "leave");
  const ApiAnswer old =
      house.bob.get("/_matrix/client/unstable/im.nheko.summary/rooms/%23hall%3Ax/summary");
  CHECK(old.text("im.nheko.summary.room_version") == "12");
  CHECK(house.bob.get("/_matrix/client/unstable/im.nheko.summary/summary/%23hall%3Ax")
            .text("im.nheko.summary.encryption") == "m.megolm.v1.aes-sha2");
}

TEST_CASE("without a token a summary tells of open rooms alone, and not who is in them") {
  House house;
  const std::string open = house.alice.create_room();
  const std::string closed =
      house.alice.create_room(R"({"preset":"private_chat","name":"SECRET"})");
  const Person stranger = house.server.stranger();

  const ApiAnswer shown = stranger.get(House::summary(open));
  CHECK(shown.status == 200);
  CHECK(find_at(shown.json, "/membership") == nullptr);
  const ApiAnswer hidden = stranger.get(House::summary(closed));
  CHECK(hidden.status == 404);
  CHECK(hidden.errcode() == "M_NOT_FOUND");
  CHECK(house.bob.get(House::summary(closed)).body == hidden.body);
  CHECK(house.bob.get(House::summary("!nothing:x")).body == hidden.body);
  CHECK(house.bob.get(House::summary("nothing")).errcode() == "M_INVALID_PARAM");
}

TEST_CASE("an invite opens a summary, and a ban closes it") {
  House house;
  const std::string room =
      house.alice.create_room(R"({"preset":"private_chat","name":"Cellar","invite":["@bob:x"]})");
  CHECK(house.bob.get(House::summary(room)).text("membership") == "invite");

  REQUIRE(house.alice.post("/rooms/" + room + "/ban", R"({"user_id":"@bob:x"})").status == 200);
  CHECK(house.bob.get(House::summary(room)).status == 404);
}

TEST_CASE("a restricted room is told to members of the rooms that it names, with their ids") {
  House house;
  const std::string club = house.alice.create_room();
  const std::string room = house.alice.create_room(
      R"({"initial_state":[{"type":"m.room.join_rules","state_key":"","content":{
          "join_rule":"restricted","allow":[{"type":"m.room_membership","room_id":")" +
      club + R"("},{"type":"m.room_membership","room_id":"no room"},7]}}]})");
  CHECK(house.bob.get(House::summary(room)).status == 404);
  CHECK(house.server.stranger().get(House::summary(room)).status == 404);

  house.bob.join(club);
  const ApiAnswer answer = house.bob.get(House::summary(room));
  CHECK(answer.status == 200);
  const base::JsonArray& allowed = find_at(answer.json, "/allowed_room_ids")->as_array();
  REQUIRE(allowed.size() == 1);
  CHECK(std::string(allowed[0].as_string()) == club);
}

TEST_CASE("rooms in common are those where both are joined, in pages") {
  House house;
  std::vector<std::string> shared;
  for (int i = 0; i < 103; ++i) {
    shared.push_back(house.alice.create_room());
    house.bob.join(shared.back());
  }
  const std::string only_hers = house.alice.create_room();
  house.alice.create_room(R"({"invite":["@bob:x"]})");
  const std::string ask = "/_matrix/client/v1/mutual_rooms?user_id=%40bob%3Ax";

  const ApiAnswer first = house.alice.get(ask);
  CHECK(find_at(first.json, "/count")->as_int64() == 103);
  CHECK(find_at(first.json, "/joined")->as_array().size() == 100);
  const std::string next = first.text("next_batch");
  REQUIRE_FALSE(next.empty());
  const ApiAnswer second = house.alice.get(ask + "&from=" + next);
  CHECK(find_at(second.json, "/count")->as_int64() == 103);
  CHECK(find_at(second.json, "/joined")->as_array().size() == 3);
  CHECK(second.text("next_batch").empty());
  for (const std::string& room : shared) {
    CHECK((first.body + second.body).find(room) != std::string::npos);
  }
  CHECK((first.body + second.body).find(only_hers) == std::string::npos);
  CHECK(house.alice
            .get("/_matrix/client/unstable/uk.half-shot.msc2666/user/mutual_rooms"
                 "?user_id=%40bob%3Ax&batch_token=" +
                 next)
            .body == second.body);
}

TEST_CASE("rooms in common with oneself, with nobody, or after no token are refused") {
  House house;
  const std::string path = "/_matrix/client/v1/mutual_rooms";
  CHECK(house.alice.get(path).errcode() == "M_MISSING_PARAM");
  CHECK(house.alice.get(path + "?user_id=%40alice%3Ax").errcode() == "M_INVALID_PARAM");
  CHECK(house.alice.get(path + "?user_id=bob").errcode() == "M_INVALID_PARAM");
  CHECK(house.alice.get(path + "?user_id=%40bob%3Ax&from=-1").errcode() == "M_INVALID_PARAM");
  const ApiAnswer stranger = house.alice.get(path + "?user_id=%40nobody%3Aelsewhere");
  CHECK(find_at(stranger.json, "/joined")->as_array().empty());
}

}  // namespace
}  // namespace chancery::scenario
