// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What the owners of the server tell one person, in a room of theirs.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr const char* kSend = "/_synapse/admin/v1/send_server_notice";

void enable(server::Config& config) {
  config.registration.mode = server::RegistrationMode::open;
  config.registration.allow_dummy = true;
  config.server_notices.localpart = "_server";
  config.server_notices.display_name = "The ministry";
  config.server_notices.room_name = "News from the ministry";
}

std::string notice_to(const std::string& user, const std::string& text) {
  return R"({"user_id":")" + user + R"(","content":)" + message_of(text) + "}";
}

struct House {
  House() { server.make_owner("@owner:x"); }
  // The room that alice is invited to by the server; "" when there is none.
  [[nodiscard]] std::string invited_to() const {
    const ApiAnswer sync = alice.sync();
    const base::Json* rooms = find_at(sync.json, "/rooms/invite");
    if (rooms == nullptr || rooms->as_object().empty()) return {};
    const auto& [room, invite] = *rooms->as_object().begin();
    CHECK(text_at(invite, "/invite_state/events/0/sender") == "@_server:x");
    return room;
  }

  ServerUnderTest server{enable};
  Person owner = server.register_user("owner");
  Person alice = server.register_user("alice");
};

TEST_CASE("a notice reaches its reader in a room that they cannot decline and may leave") {
  House house;
  const ApiAnswer sent = house.owner.post(kSend, notice_to("@alice:x", "hello"));
  REQUIRE(sent.status == 200);
  CHECK(sent.text("event_id").starts_with('$'));

  const std::string room = house.invited_to();
  REQUIRE(!room.empty());
  const std::string path = "/rooms/" + percent_encode(room);
  const ApiAnswer declined = house.alice.post(path + "/leave");
  CHECK(declined.status == 403);
  CHECK(declined.errcode() == "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM");
  // Nor by the way that few know.
  CHECK(house.alice.put(path + "/state/m.room.member/%40alice%3Ax", R"({"membership":"leave"})")
            .errcode() == "M_CANNOT_LEAVE_SERVER_NOTICE_ROOM");

  house.alice.join(room);
  CHECK(messages_in(house.alice.sync(), room) == std::vector<std::string>{"hello"});
  CHECK(text_at(house.alice.get(path + "/state/m.room.name/").json, "/name") ==
        "News from the ministry");
  CHECK(house.alice.put(path + "/send/m.room.message/1", message_of("an answer")).status == 403);
  const ApiAnswer tags = house.alice.get("/user/%40alice%3Ax" + path + "/tags");
  CHECK(find_at(tags.json, "/tags/m.server_notice") != nullptr);
  CHECK(house.alice.post(path + "/leave").status == 200);
}

TEST_CASE("a person has one room for notices, also after they left it and after a restart") {
  House house;
  REQUIRE(house.owner.post(kSend, notice_to("@alice:x", "one")).status == 200);
  const std::string room = house.invited_to();
  house.alice.join(room);
  REQUIRE(house.alice.post("/rooms/" + percent_encode(room) + "/leave").status == 200);
  house.server.restart();

  REQUIRE(house.owner.post(kSend, notice_to("@alice:x", "two")).status == 200);
  CHECK(house.invited_to() == room);
  house.alice.join(room);
  REQUIRE(house.owner.post(kSend, notice_to("@alice:x", "three")).status == 200);
  CHECK(house.invited_to().empty());
  CHECK(all_messages(house.alice, room).back() == "three");
}

TEST_CASE("a notice under a transaction id is sent once by each owner") {
  House house;
  const std::string path = std::string(kSend) + "/1";
  const ApiAnswer first = house.owner.put(path, notice_to("@alice:x", "once"));
  REQUIRE(first.status == 200);
  CHECK(house.owner.put(path, notice_to("@alice:x", "once")).body == first.body);
  house.server.restart();
  CHECK(house.owner.put(path, notice_to("@alice:x", "once")).body == first.body);
  CHECK(house.owner.post(kSend, notice_to("@alice:x", "again")).body != first.body);

  const std::string room = house.invited_to();
  house.alice.join(room);
  CHECK(all_messages(house.alice, room) == std::vector<std::string>{"once", "again"});
}

TEST_CASE("a notice may be of another type, or be state") {
  House house;
  REQUIRE(house.owner
              .post(kSend, R"({"user_id":"@alice:x","type":"org.example.notice",)"
                           R"("content":{"a":1}})")
              .status == 200);
  REQUIRE(house.owner
              .post(kSend, R"({"user_id":"@alice:x","type":"m.room.topic","state_key":"",)"
                           R"("content":{"topic":"t"}})")
              .status == 200);
  const std::string room = house.invited_to();
  house.alice.join(room);
  CHECK(house.alice.get("/rooms/" + percent_encode(room) + "/state/m.room.topic/").text("topic") ==
        "t");
}

TEST_CASE("notices are for owners to send, to people of this server, with something in them") {
  House house;
  CHECK(house.alice.post(kSend).errcode() == "M_FORBIDDEN");
  CHECK(house.alice.post(kSend, "").errcode() == "M_FORBIDDEN");
  CHECK(house.owner.post(kSend, "{}").errcode() == "M_MISSING_PARAM");
  CHECK(house.owner.post(kSend, R"({"user_id":"@alice:x"})").errcode() == "M_MISSING_PARAM");
  CHECK(house.owner.post(kSend, R"({"user_id":"alice","content":{}})").errcode() ==
        "M_INVALID_PARAM");
  CHECK(house.owner.post(kSend, R"({"user_id":"@alice:x","content":7})").errcode() == "M_BAD_JSON");
  CHECK(house.owner.post(kSend, R"({"user_id":"@alice:x","content":{"a":1.5}})").errcode() ==
        "M_BAD_JSON");
  for (const char* nobody : {"@nobody:x", "@alice:elsewhere.example", "@_server:x"}) {
    CHECK(house.owner.post(kSend, notice_to(nobody, "a")).errcode() == "M_NOT_FOUND");
  }
}

TEST_CASE("nobody gets the name that notices are sent by, nor signs in as it") {
  House house;
  CHECK(house.server.stranger()
            .post("/register", R"({"username":"_server","password":"correct horse battery",)"
                               R"("auth":{"type":"m.login.dummy"}})")
            .errcode() == "M_USER_IN_USE");
  CHECK(house.server.stranger()
            .post("/login", R"({"type":"m.login.password","user":"_server","password":""})")
            .errcode() == "M_FORBIDDEN");
  CHECK(house.alice.get("/profile/%40_server%3Ax/displayname").text("displayname") ==
        "The ministry");
}

// A server without notices, which becomes one with them.
struct Before {
  ServerUnderTest server;
  Person carol = server.register_user("carol");

  void start_with_notices() {
    server.stop();
    enable(server.config());
    server.start();
  }
  [[nodiscard]] std::string name_shown() const {
    return carol.get("/profile/%40_server%3Ax/displayname").text("displayname");
  }
};

TEST_CASE("no account of somebody's becomes the one by which notices are sent") {
  for (const char* password : {"", "correct horse battery"}) {
    Before before;
    const Person somebody = before.server.register_user("_server", password);

    CHECK_THROWS_AS(before.start_with_notices(), server::ConfigError);

    before.server.config().server_notices.localpart = "";
    before.server.start();
    CHECK(before.name_shown() == "_server");
    CHECK(somebody.get("/account/whoami").status == 200);
    before.server.stop();
    before.server.config().server_notices.localpart = "the_server";
    before.server.start();
    CHECK(before.carol.get("/profile/%40the_server%3Ax/displayname").text("displayname") ==
          "The ministry");
  }
}

TEST_CASE("nor does one that is locked, whatever it is called") {
  Before before;
  before.server.register_user("_server");
  before.server.scheduler().run(before.server.composition().accounts().accounts.set_locked(
      "server", protocol::UserId::trusted("@_server:x"), accounts::Accounts::Locked::yes));
  before.server.stop();
  enable(before.server.config());
  before.server.config().server_notices.display_name = "_server";
  CHECK_THROWS_AS(before.server.start(), server::ConfigError);
  before.server.config().server_notices.localpart = "";
  before.server.start();
}

TEST_CASE("notices go on by the account by which an earlier server sent them") {
  Before before;
  // As earlier servers made it, which noted nothing.
  const Person sender = before.server.register_user("_server");
  sender.create_room(R"({"preset":"private_chat","creation_content":{"m.federate":false},)"
                     R"("power_level_content_override":{"users_default":-10}})");

  before.start_with_notices();
  CHECK(before.name_shown() == "The ministry");

  // From now on it is known for it, whatever becomes of its rooms.
  before.server.config().server_notices.display_name = "The new ministry";
  before.server.restart();
  CHECK(before.name_shown() == "The new ministry");
}

TEST_CASE("and by one that an earlier server made, and had not sent any by") {
  Before before;
  before.server.register_user("_server");  // shown by this name
  before.server.stop();
  enable(before.server.config());
  before.server.config().server_notices.display_name = "_server";
  before.server.start();
  before.server.config().server_notices.display_name = "The ministry";
  before.server.restart();
  CHECK(before.name_shown() == "The ministry");
}

TEST_CASE("where notices are off nobody is told anything, and the name is free") {
  ServerUnderTest server;
  const Person owner = server.register_owner("owner");
  const ApiAnswer refused = owner.post(kSend, notice_to("@owner:x", "a"));
  CHECK(refused.status == 400);
  CHECK(refused.errcode() == "M_UNKNOWN");
}

}  // namespace
}  // namespace chancery::scenario
