// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Whose invites a person gets, by their own word.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr std::string_view kPlain = "m.invite_permission_config";
constexpr std::string_view kFine = "org.matrix.msc4155.invite_permission_config";

struct Door {
  void want(std::string_view type, const std::string& content) const {
    const ApiAnswer answer = alice.put("/user/@alice:x/account_data/" + std::string(type), content);
    REQUIRE(answer.status == 200);
  }
  [[nodiscard]] ApiAnswer invite(const Person& who, const std::string& to) const {
    return who.post("/rooms/" + to + "/invite", R"({"user_id":"@alice:x"})");
  }
  [[nodiscard]] bool is_told(const std::string& of) const {
    return find_at(alice.sync().json, "/rooms/invite/" + of) != nullptr;
  }
  void check_blocked(const ApiAnswer& answer) const {
    CHECK(answer.status == 403);
    CHECK(answer.errcode() == "M_INVITE_BLOCKED");
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  Person eve = server.register_user("eve");
  std::string room = bob.create_room();
};

TEST_CASE("who blocks invites gets none, by whichever endpoint, until they want them again") {
  Door door;
  door.want(kPlain, R"({"default_action":"block"})");

  door.check_blocked(door.invite(door.bob, door.room));
  door.check_blocked(door.bob.put("/rooms/" + door.room + "/state/m.room.member/@alice:x",
                                  R"({"membership":"invite"})"));
  door.check_blocked(door.bob.post("/createRoom", R"({"invite":["@alice:x"]})"));
  CHECK(find_at(door.alice.sync().json, "/rooms/invite") == nullptr);
  CHECK(find_at(door.bob.get("/joined_rooms").json, "/joined_rooms")->as_array().size() == 1);

  door.want(kPlain, "{}");
  CHECK(door.invite(door.bob, door.room).status == 200);
  CHECK(door.is_told(door.room));
}

TEST_CASE("an invite from before is told no longer, and again when invites are wanted") {
  Door door;
  REQUIRE(door.invite(door.bob, door.room).status == 200);
  door.want(kPlain, R"({"default_action":"block"})");
  CHECK_FALSE(door.is_told(door.room));
  CHECK(door.bob.get("/rooms/" + door.room + "/state/m.room.member/@alice:x").status == 200);
  door.want(kPlain, R"({"default_action":"allow"})");
  CHECK(door.is_told(door.room));
}

TEST_CASE("who is ignored invites without learning that it is not told") {
  Door door;
  door.want(kFine, R"({"ignored_users":["@e?e:*"],"allowed_users":null})");
  const std::string theirs = door.eve.create_room();

  CHECK(door.invite(door.eve, theirs).status == 200);
  CHECK_FALSE(door.is_told(theirs));
  CHECK(door.invite(door.bob, door.room).status == 200);
  CHECK(door.is_told(door.room));
  CHECK(door.alice.post("/rooms/" + theirs + "/join").status == 200);
}

TEST_CASE("a server is blocked but for one of its people, also after a restart") {
  Door door;
  door.want(kFine, R"({"allowed_users":["@bob:x"],"blocked_servers":["x"]})");
  door.server.restart();
  door.check_blocked(door.invite(door.eve, door.eve.create_room()));
  CHECK(door.invite(door.bob, door.room).status == 200);
  CHECK(door.is_told(door.room));
}

TEST_CASE("who may not invite learns nothing of what the other wants") {
  Door door;
  door.want(kPlain, R"({"default_action":"block"})");
  CHECK(door.invite(door.eve, door.room).errcode() == "M_FORBIDDEN");
}

TEST_CASE("a server may forget for everyone the rooms that they leave, and says so") {
  for (const bool forgets : {false, true}) {
    ServerUnderTest server(
        [forgets](server::Config& config) { config.rooms.forget_on_leave = forgets; });
    const Person alice = server.register_user("alice");
    const Person bob = server.register_user("bob");
    const std::string left = alice.create_room();
    const std::string kicked = alice.create_room();
    bob.join(left);
    bob.join(kicked);
    const std::string since = bob.position();
    REQUIRE(bob.post("/rooms/" + left + "/leave").status == 200);
    REQUIRE(alice.post("/rooms/" + kicked + "/kick", R"({"user_id":"@bob:x"})").status == 200);

    CHECK(find_at(bob.get("/capabilities").json, "/capabilities/m.forget_forced_upon_leave/enabled")
              ->as_bool() == forgets);
    const ApiAnswer news = bob.sync(since);
    const ApiAnswer all =
        bob.get("/sync?filter=" + percent_encode(R"({"room":{"include_leave":true}})"));
    for (const std::string& room : {left, kicked}) {
      CHECK(find_at(news.json, "/rooms/leave/" + room) != nullptr);
      CHECK((find_at(all.json, "/rooms/leave/" + room) == nullptr) == forgets);
      CHECK((bob.get("/rooms/" + room + "/messages?dir=b").status == 403) == forgets);
    }
    bob.join(left);
    CHECK(find_at(bob.sync().json, "/rooms/join/" + left) != nullptr);
  }
}

}  // namespace
}  // namespace chancery::scenario
