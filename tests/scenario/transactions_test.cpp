// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// A request that is sent again, because its answer was lost, is not done again.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr const char* kPassword = "correct horse battery";

struct Phone {
  ServerUnderTest server;
  Person alice = server.register_user("alice", kPassword);
  Person bob = server.register_user("bob");
  std::string room = alice.create_room();
  std::string refresh_token;

  // A device whose access token can be refreshed.
  Person sign_in(const std::string& device) {
    const ApiAnswer answer = server.stranger().post(
        "/login", R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
                  R"("password":"correct horse battery","refresh_token":true,"device_id":")" +
                      device + "\"}");
    REQUIRE(answer.status == 200);
    refresh_token = answer.text("refresh_token");
    Person person = server.sign_in(alice, "UNUSED");
    person.set_token(answer.text("access_token"));
    return person;
  }
  void refresh(Person& person) {
    const ApiAnswer answer =
        server.stranger().post("/refresh", R"({"refresh_token":")" + refresh_token + "\"}");
    REQUIRE(answer.status == 200);
    person.set_token(answer.text("access_token"));
    refresh_token = answer.text("refresh_token");
  }
  std::vector<std::string> messages() const { return all_messages(alice, room); }
  std::string knock(const Person& who, const std::string& transaction) const {
    const ApiAnswer answer =
        who.put("/sendToDevice/m.test/" + transaction, R"({"messages":{"@bob:x":{"*":{"n":1}}}})");
    return std::to_string(answer.status);
  }
  std::size_t knocks() const {
    const ApiAnswer sync = bob.sync();
    const base::Json* events = find_at(sync.json, "/to_device/events");
    return events == nullptr ? 0 : events->as_array().size();
  }
};

TEST_CASE("a transaction of one device gives one event, before and after its token changed") {
  Phone phone;
  Person alice = phone.sign_in("PHONE");
  const std::string event = alice.say(phone.room, "once", "t1");

  CHECK(alice.say(phone.room, "once", "t1") == event);
  phone.refresh(alice);
  CHECK(alice.say(phone.room, "once", "t1") == event);
  phone.server.scheduler().advance(std::chrono::hours(2));
  phone.refresh(alice);
  CHECK(alice.say(phone.room, "once", "t1") == event);

  CHECK(phone.messages() == std::vector<std::string>{"once"});
}

TEST_CASE("a transaction gives its event after a restart and a refresh too") {
  Phone phone;
  Person alice = phone.sign_in("PHONE");
  const std::string event = alice.say(phone.room, "once", "t1");

  phone.server.restart();
  CHECK(alice.say(phone.room, "once", "t1") == event);
  phone.refresh(alice);
  phone.server.restart();
  CHECK(alice.say(phone.room, "once", "t1") == event);

  CHECK(phone.messages() == std::vector<std::string>{"once"});
}

TEST_CASE("the transaction of another device, person or endpoint is another") {
  Phone phone;
  phone.bob.join(phone.room);
  const std::string event = phone.alice.say(phone.room, "one", "t1");
  const Person tablet = phone.server.sign_in(phone.alice, "TABLET");

  CHECK(tablet.say(phone.room, "two", "t1") != event);
  CHECK(phone.bob.say(phone.room, "three", "t1") != event);
  const ApiAnswer redaction = phone.alice.put(
      "/rooms/" + phone.room + "/redact/" + percent_encode(event) + "/t1", R"({"reason":"x"})");
  CHECK(redaction.status == 200);
  CHECK(redaction.text("event_id") != event);

  CHECK(phone.messages().size() == 3);
}

TEST_CASE("a redaction that is sent again is one redaction, also after a restart") {
  Phone phone;
  const std::string event = phone.alice.say(phone.room, "gone");
  const std::string target = "/rooms/" + phone.room + "/redact/" + percent_encode(event) + "/t1";
  const std::string redaction = phone.alice.put(target).text("event_id");
  REQUIRE_FALSE(redaction.empty());

  CHECK(phone.alice.put(target).text("event_id") == redaction);
  phone.server.restart();
  CHECK(phone.alice.put(target).text("event_id") == redaction);
}

TEST_CASE("one transaction sent twenty times at once is one event") {
  Phone phone;
  std::vector<Pending> sends;
  for (int i = 0; i < 20; ++i) {
    sends.push_back(phone.alice.begin(
        http::Method::put, "/rooms/" + phone.room + "/send/m.room.message/t1", message_of("once")));
  }
  std::vector<std::string> events;
  for (Pending& send : sends) events.push_back(send.await().text("event_id"));

  CHECK(std::ranges::count(events, events.front()) == 20);
  CHECK(phone.messages() == std::vector<std::string>{"once"});
}

TEST_CASE("a message to a device that is sent again is delivered once, also after a restart") {
  Phone phone;
  CHECK(phone.knock(phone.alice, "t1") == "200");
  CHECK(phone.knock(phone.alice, "t1") == "200");
  phone.server.restart();
  CHECK(phone.knock(phone.alice, "t1") == "200");
  CHECK(phone.knocks() == 1);

  CHECK(phone.knock(phone.server.sign_in(phone.alice, "TABLET"), "t1") == "200");
  CHECK(phone.knocks() == 2);
}

TEST_CASE("a message that was refused may be sent under the same transaction once it is allowed") {
  Phone phone;
  const std::string closed = phone.alice.create_room(R"({"preset":"private_chat"})");
  const std::string target = "/rooms/" + closed + "/send/m.room.message/t1";
  CHECK(phone.bob.put(target, message_of("let me in")).status == 403);

  phone.alice.post("/rooms/" + closed + "/invite", R"({"user_id":"@bob:x"})");
  phone.bob.join(closed);

  CHECK(phone.bob.put(target, message_of("let me in")).status == 200);
}

}  // namespace
}  // namespace chancery::scenario
