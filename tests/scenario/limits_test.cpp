// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What is too large: events, names in events, bodies.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

struct Sender {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  std::string room = alice.create_room();

  ApiAnswer send(const std::string& text) const {
    return alice.put("/rooms/" + room + "/send/m.room.message/t" + unique_text(), message_of(text));
  }
  std::size_t events() const {
    return alice.get("/rooms/" + room + "/messages?dir=f&limit=1000")
        .object()
        .at("chunk")
        .as_array()
        .size();
  }
};

void check_too_large(const ApiAnswer& answer) {
  CHECK(answer.status == 413);
  CHECK(answer.errcode() == "M_TOO_LARGE");
}

TEST_CASE("the largest event is taken whole, and one byte more is refused") {
  Sender sender;
  std::size_t fits = 0;
  std::size_t too_long = 70'000;
  std::string largest;
  while (fits + 1 < too_long) {
    const std::size_t length = (fits + too_long) / 2;
    const ApiAnswer answer = sender.send(std::string(length, 'a'));
    if (answer.status == 200) {
      fits = length;
      largest = answer.text("event_id");
    } else {
      too_long = length;
    }
  }
  const std::size_t before = sender.events();

  check_too_large(sender.send(std::string(fits + 1, 'a')));

  // What stands around the text, signatures included, is less than two kilobytes.
  CHECK(fits < protocol::kMaxEventBytes);
  CHECK(fits > protocol::kMaxEventBytes - 2'000);
  CHECK(sender.events() == before);
  const ApiAnswer read =
      sender.alice.get("/rooms/" + sender.room + "/event/" + percent_encode(largest));
  CHECK(text_at(read.json, "/content/body") == std::string(fits, 'a'));
  CHECK(sender.send("small again").status == 200);
}

TEST_CASE("an event is measured as it is kept, not as it came over the wire") {
  const Sender sender;
  std::string escapes;
  for (int i = 0; i < 20'000; ++i) escapes += "\\u0061";
  CHECK(escapes.size() > protocol::kMaxEventBytes);

  const ApiAnswer answer = sender.alice.put(
      "/rooms/" + sender.room + "/send/m.room.message/escapes",
      R"({"msgtype":"m.text","body":")" + escapes + "\"}" + std::string(70'000, ' '));

  CHECK(answer.status == 200);
}

TEST_CASE("an event type has 255 bytes at most, whatever the characters") {
  const Sender sender;
  const std::string room = "/rooms/" + sender.room;
  const std::string two_bytes = "\xC3\xA9";
  std::string wide;
  for (int i = 0; i < 127; ++i) wide += two_bytes;
  CHECK(sender.alice.put(room + "/send/" + std::string(255, 't') + "/a").status == 200);
  CHECK(sender.alice.put(room + "/send/" + percent_encode(wide + "x") + "/b").status == 200);
  const std::size_t before = sender.events();

  check_too_large(sender.alice.put(room + "/send/" + std::string(256, 't') + "/c"));
  check_too_large(sender.alice.put(room + "/send/" + percent_encode(wide + two_bytes) + "/d"));
  check_too_large(sender.alice.put(room + "/state/" + std::string(256, 't') + "/"));

  CHECK(sender.events() == before);
}

TEST_CASE("a state key has 255 bytes at most") {
  const Sender sender;
  const std::string target = "/rooms/" + sender.room + "/state/org.example/";
  CHECK(sender.alice.put(target + std::string(255, 'k')).status == 200);
  const std::size_t before = sender.events();

  check_too_large(sender.alice.put(target + std::string(256, 'k')));

  CHECK(sender.events() == before);
}

TEST_CASE("a user name is so long that its user id has 255 bytes at most") {
  ServerUnderTest server([](server::Config& config) {
    config.registration.mode = server::RegistrationMode::open;
    config.registration.allow_dummy = true;
  });
  const auto ask = [&server](std::size_t length) {
    return server.stranger().post(
        "/register",
        R"({"username":")" + std::string(length, 'n') +
            R"(","password":"correct horse battery","auth":{"type":"m.login.dummy"}})");
  };
  CHECK(ask(252).status == 200);  // "@" and ":x" around it

  const ApiAnswer refused = ask(253);
  CHECK(refused.status == 400);
  CHECK(refused.errcode() == "M_INVALID_USERNAME");
}

TEST_CASE("a room whose first events are too large is not made at all") {
  const Sender sender;
  const std::string joined = sender.alice.get("/joined_rooms").body;

  check_too_large(
      sender.alice.post("/createRoom", R"({"name":")" + std::string(66'000, 'n') + "\"}"));

  CHECK(sender.alice.get("/joined_rooms").body == joined);
}

TEST_CASE("a body beyond the limit of its route is refused, and the next request served") {
  const Sender sender;
  check_too_large(sender.send(std::string(1'000'000, 'a')));
  check_too_large(
      sender.alice.post("/createRoom", R"({"topic":")" + std::string(1'000'000, 'a') + "\"}"));
  check_too_large(sender.alice.put("/user/@alice:x/account_data/large",
                                   R"({"a":")" + std::string(5'000'000, 'a') + "\"}"));
  CHECK(sender.alice.get("/user/@alice:x/account_data/large").status == 404);
  CHECK(sender.send("fine").status == 200);
}

TEST_CASE("what a message to a device may hold is bounded, and one too large sends none") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  check_too_large(
      alice.put("/sendToDevice/m.test/large",
                R"({"messages":{"@alice:x":{"*":{"small":1}},"@bob:x":{"*":{"large":")" +
                    std::string(70'000, 'a') + R"("}}}})"));

  CHECK(find_at(alice.sync().json, "/to_device") == nullptr);
  CHECK(find_at(bob.sync().json, "/to_device") == nullptr);
}

}  // namespace
}  // namespace chancery::scenario
