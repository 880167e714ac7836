// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPusher = R"({
  "app_id": "org.example.app", "pushkey": "key", "kind": "http", "app_display_name": "App",
  "device_display_name": "Phone", "lang": "en",
  "data": {"url": "https://push.example/_matrix/push/v1/notify"}})";

base::Json told(const http::OutboundRequest& request) { return *base::parse_json(request.body); }

TEST_CASE(
    "a message reaches the gateway of a phone, without its text, and reading clears the badge") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  bob.join(room);
  REQUIRE(bob.post("/pushers/set", kPusher).status == 200);
  server.start_telling_others();

  const std::string event = alice.say(room, "the secret plan");
  server.settle();
  REQUIRE(server.outside().requests().size() == 1);
  const http::OutboundRequest first = server.outside().requests().front();
  CHECK(text_at(told(first), "/notification/event_id") == event);
  CHECK(text_at(told(first), "/notification/devices/0/pushkey") == "key");
  CHECK(find_at(told(first), "/notification/counts/unread")->as_int64() == 1);
  CHECK(first.body.find("secret") == std::string::npos);
  CHECK(first.body.find("alice") == std::string::npos);

  REQUIRE(bob.post("/rooms/" + room + "/receipt/m.read/" + percent_encode(event)).status == 200);
  server.settle();
  server.scheduler().advance(5s);
  REQUIRE(server.outside().requests().size() == 2);
  const http::OutboundRequest second = server.outside().requests().back();
  CHECK(find_at(told(second), "/notification/counts/unread")->as_int64() == 0);
  CHECK(find_at(told(second), "/notification/event_id") == nullptr);
}

TEST_CASE("with push.include_content a client that asks for everything is told it") {
  ServerUnderTest server([](server::Config& config) { config.push.include_content = true; });
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  bob.join(room);
  REQUIRE(bob.post("/pushers/set", kPusher).status == 200);
  server.start_telling_others();
  alice.say(room, "hello");
  server.settle();
  REQUIRE(server.outside().requests().size() == 1);
  const base::Json notification = told(server.outside().requests().front());
  CHECK(text_at(notification, "/notification/content/body") == "hello");
  CHECK(text_at(notification, "/notification/sender_display_name") == "alice");
}

TEST_CASE("signing out takes the pusher along") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const Person phone = server.sign_in(bob, "PHONE");
  const std::string room = alice.create_room();
  bob.join(room);
  REQUIRE(phone.post("/pushers/set", kPusher).status == 200);
  server.start_telling_others();
  REQUIRE(phone.post("/logout").status == 200);
  alice.say(room, "hello");
  server.settle();
  CHECK(server.outside().requests().empty());
}

}  // namespace
}  // namespace chancery::scenario
