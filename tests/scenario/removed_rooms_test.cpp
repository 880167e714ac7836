// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What a device that was away hears of a room that is no more.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::scenario {
namespace {

const std::string kUnstableList =
    R"("lists":{"all":{"ranges":[[0,9]],"timeline_limit":1,"required_state":[]}})";
const std::string kStableList =
    R"("lists":{"all":{"range":[0,9],"timeline_limit":1,"required_state":{}}})";

struct House {
  House() { server.make_owner("@owner:x"); }
  void remove(const std::string& gone) {
    REQUIRE(owner.del("/_synapse/admin/v1/rooms/" + percent_encode(gone), "{}").status == 200);
  }

  ServerUnderTest server;
  Person owner = server.register_user("owner");
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room();
};

// A device that follows by sliding sync, in one of its spellings.
struct Slider {
  ApiAnswer ask() {
    const bool is_stable = target == kMergedSlidingSync;
    std::string query = pos.empty() || is_stable ? "" : "?pos=" + pos;
    std::string in_body = pos.empty() || !is_stable ? "" : fmt::format(R"("pos":"{}",)", pos);
    ApiAnswer answer =
        person.post(target + query, "{" + in_body + R"("conn_id":"c",)" +
                                        (is_stable ? kStableList : kUnstableList) + "}");
    REQUIRE(answer.status == 200);
    return answer;
  }
  ApiAnswer go_on() {
    ApiAnswer answer = ask();
    pos = answer.text("pos");
    return answer;
  }

  Person person;
  std::string target;
  std::string pos = {};
};

const base::Json* left_room(const ApiAnswer& sync, const std::string& room) {
  return find_at(sync.json, "/rooms/leave/" + room);
}

TEST_CASE("a device that was away is told once that a room was removed") {
  House house;
  house.bob.join(house.room);
  const std::string kept = house.bob.create_room();
  const std::string since = house.bob.position();
  house.remove(house.room);

  for (int round = 0; round < 2; ++round) {
    CAPTURE(round);
    const ApiAnswer sync = house.bob.sync(since);
    const base::Json* left = left_room(sync, house.room);
    REQUIRE(left != nullptr);
    CHECK(find_at(*left, "/timeline/events")->as_array().empty());
    CHECK(find_at(*left, "/state/events")->as_array().size() == 1);
    CHECK(text_at(*left, "/state/events/0/type") == "m.room.member");
    CHECK(text_at(*left, "/state/events/0/state_key") == house.bob.id());
    CHECK(text_at(*left, "/state/events/0/content/membership") == "leave");
    CHECK(find_at(sync.json, "/rooms/join/" + house.room) == nullptr);
    const ApiAnswer after = house.bob.sync(sync.text("next_batch"));
    CHECK(after.body.find(house.room) == std::string::npos);
    // Who begins anew never had it.
    CHECK(house.bob.sync().body.find(house.room) == std::string::npos);
    house.server.restart();
  }
  CHECK(find_at(house.bob.sync().json, "/rooms/join/" + kept) != nullptr);
}

TEST_CASE("where the state is asked for after the timeline, a removed room is told so") {
  House house;
  house.bob.join(house.room);
  const std::string since = house.bob.position();
  house.remove(house.room);

  const ApiAnswer sync = house.bob.get("/sync?use_state_after=true&since=" + since);
  const base::Json* left = left_room(sync, house.room);
  REQUIRE(left != nullptr);
  CHECK(text_at(*left, "/state_after/events/0/content/membership") == "leave");
  CHECK(find_at(*left, "/state") == nullptr);
}

TEST_CASE("whoever was asked into a room, or asked, is told that it was removed") {
  House house;
  const std::string closed = house.alice.create_room(R"({"room_version":"11","initial_state":[
      {"type":"m.room.join_rules","state_key":"","content":{"join_rule":"knock"}}]})");
  REQUIRE(house.alice.post("/rooms/" + closed + "/invite", R"({"user_id":"@bob:x"})").status ==
          200);
  const Person carol = house.server.register_user("carol");
  REQUIRE(carol.post("/knock/" + percent_encode(closed)).status == 200);
  const std::string of_bob = house.bob.position();
  const std::string of_carol = carol.position();
  house.remove(closed);

  CHECK(left_room(house.bob.sync(of_bob), closed) != nullptr);
  CHECK(left_room(carol.sync(of_carol), closed) != nullptr);
}

TEST_CASE("nobody hears of a removed room who was not in it, or had heard that they left") {
  House house;
  const Person carol = house.server.register_user("carol");
  const Person dora = house.server.register_user("dora");
  house.bob.join(house.room);
  REQUIRE(house.bob.post("/rooms/" + house.room + "/leave").status == 200);
  REQUIRE(house.alice.post("/rooms/" + house.room + "/ban", R"({"user_id":"@dora:x"})").status ==
          200);
  const std::string of_bob = house.bob.position();
  const std::string of_carol = carol.position();
  const std::string of_dora = dora.position();
  // That the row of a left room changes is no leaving.
  REQUIRE(house.bob.post("/rooms/" + house.room + "/forget").status == 200);
  house.remove(house.room);
  CHECK(house.owner.del("/_synapse/admin/v1/rooms/" + percent_encode(house.room), "{}").errcode() ==
        "M_NOT_FOUND");

  for (int round = 0; round < 2; ++round) {
    CHECK(house.bob.sync(of_bob).body.find(house.room) == std::string::npos);
    CHECK(carol.sync(of_carol).body.find(house.room) == std::string::npos);
    CHECK(dora.sync(of_dora).body.find(house.room) == std::string::npos);
    house.server.restart();
  }
}

TEST_CASE("a filter that leaves a room out leaves out that it was removed") {
  House house;
  house.bob.join(house.room);
  const std::string since = house.bob.position();
  house.remove(house.room);

  const std::string filter =
      percent_encode(fmt::format(R"({{"room":{{"not_rooms":["{}"]}}}})", house.room));
  const ApiAnswer sync = house.bob.get("/sync?since=" + since + "&filter=" + filter);
  CHECK(sync.status == 200);
  CHECK(left_room(sync, house.room) == nullptr);
}

TEST_CASE("a sliding connection that was away is told once that a room was removed") {
  for (const bool restarts : {false, true}) {
    CAPTURE(restarts);
    House house;
    house.bob.join(house.room);
    house.bob.create_room();
    Slider unstable{house.bob, kSlidingSync};
    Slider stable{house.server.sign_in(house.bob, "TABLET"), kMergedSlidingSync};
    for (Slider* one : {&unstable, &stable}) {
      REQUIRE(find_at(one->go_on().json, "/rooms/" + house.room) != nullptr);
    }
    house.remove(house.room);
    if (restarts) house.server.restart();

    const ApiAnswer lost = unstable.ask();
    CHECK(find_at(lost.json, "/rooms/" + house.room) != nullptr);
    const ApiAnswer told = unstable.go_on();
    const base::Json* room = find_at(told.json, "/rooms/" + house.room);
    REQUIRE(room != nullptr);
    CHECK(text_at(*room, "/required_state/0/state_key") == house.bob.id());
    CHECK(text_at(*room, "/required_state/0/content/membership") == "leave");
    CHECK(find_at(told.json, "/lists/all/count")->as_int64() == 1);
    CHECK(unstable.go_on().body.find(house.room) == std::string::npos);

    const ApiAnswer also = stable.go_on();
    REQUIRE(find_at(also.json, "/rooms/" + house.room) != nullptr);
    CHECK(text_at(also.json, "/rooms/" + house.room + "/membership") == "leave");
    CHECK(stable.go_on().body.find(house.room) == std::string::npos);
  }
}

TEST_CASE("a sliding connection that had not shown a removed room hears nothing of it") {
  House house;
  house.bob.create_room();
  Slider early{house.bob, kSlidingSync};
  early.go_on();
  house.bob.join(house.room);
  house.remove(house.room);
  Slider late{house.server.sign_in(house.bob, "TABLET"), kSlidingSync};

  CHECK(early.go_on().body.find(house.room) == std::string::npos);
  CHECK(late.go_on().body.find(house.room) == std::string::npos);
  CHECK(late.go_on().body.find(house.room) == std::string::npos);
}

TEST_CASE("what devices are to hear of removed rooms is kept for half a year") {
  House house;
  house.bob.join(house.room);
  const std::string since = house.bob.position();
  house.remove(house.room);
  const auto sweep = [&] {
    house.server.scheduler().run(house.server.composition().sync().removed_rooms.sweep());
    house.server.restart();
  };

  house.server.scheduler().advance(sync::RemovedRooms::kKept - std::chrono::hours(1));
  sweep();
  CHECK(left_room(house.bob.sync(since), house.room) != nullptr);
  house.server.scheduler().advance(std::chrono::hours(2));
  sweep();
  CHECK(left_room(house.bob.sync(since), house.room) == nullptr);
}

}  // namespace
}  // namespace chancery::scenario
