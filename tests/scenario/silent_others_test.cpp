// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// A mail server that is down and a push gateway that hangs: nobody's request waits for them, and
// what they were to be told is told when they are back, over a restart too.
#include "tests/scenario/mail_town.hpp"

#include <doctest/doctest.h>

#include <set>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;
using mail::Handover;

constexpr const char* kPusher = R"({
  "app_id": "org.example.app", "pushkey": "key", "kind": "http", "app_display_name": "App",
  "device_display_name": "Phone", "lang": "en",
  "data": {"url": "https://push.example/_matrix/push/v1/notify"}})";

// The events that gateways were told of.
std::set<std::string> told_events(ServerUnderTest& server) {
  std::set<std::string> events;
  for (const http::OutboundRequest& request : server.outside().requests()) {
    const std::string event = text_at(*base::parse_json(request.body), "/notification/event_id");
    if (!event.empty()) events.insert(event);
  }
  return events;
}

TEST_CASE("while the mail server is down no request waits, and every mail leaves when it is back") {
  MailTown town;
  town.server.mail().answer_with(Handover::Outcome::unreachable);
  const auto before = town.server.scheduler().clock().steady_now();
  const std::vector<std::string> addresses{"a@example.org", "b@example.org", "c@example.org"};
  std::vector<std::string> sessions;
  for (const std::string& address : addresses) {
    const ApiAnswer asked = town.request("/register", address);
    REQUIRE(asked.status == 200);
    sessions.push_back(asked.text("sid"));
  }
  CHECK(town.server.scheduler().clock().steady_now() == before);
  CHECK(town.server.mail().letters().empty());

  town.server.restart();
  town.server.start_telling_others();
  town.server.scheduler().advance(5min);
  town.settle();
  CHECK(town.server.mail().letters().empty());
  town.server.mail().answer_with(Handover::Outcome::accepted);
  town.server.scheduler().advance(20min);
  town.settle();

  std::multiset<std::string> reached;
  for (const mail::Letter& letter : town.server.mail().letters()) reached.insert(letter.to.text());
  CHECK(reached == std::multiset<std::string>(addresses.begin(), addresses.end()));
  CHECK(town.confirm(town.server.mail().token()).status == 200);
}

TEST_CASE("a gateway that hangs delays no message, no read and no stop, and misses nothing") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  bob.join(room);
  REQUIRE(bob.post("/pushers/set", kPusher).status == 200);
  server.outside().answer_by([](const http::OutboundRequest&) { return std::nullopt; });
  server.start_telling_others();
  const std::string since = bob.position();
  const auto before = server.scheduler().clock().steady_now();

  std::set<std::string> said;
  for (const char* text : {"one", "two", "three"}) said.insert(alice.say(room, text));
  CHECK(messages_in(bob.sync(since), room).size() == 3);
  CHECK(bob.get("/notifications").status == 200);
  CHECK(server.scheduler().clock().steady_now() == before);
  server.settle();
  CHECK(server.outside().requests().size() == 1);  // it hangs; the others wait behind it

  server.restart();
  CHECK(server.scheduler().clock().steady_now() == before);
  server.outside().answer_with(200, R"({"rejected":[]})");
  server.start_telling_others();
  server.scheduler().advance(1h);
  server.settle();

  const std::set<std::string> told = told_events(server);
  for (const std::string& event : said) CHECK(told.contains(event));
}

}  // namespace
}  // namespace chancery::scenario
