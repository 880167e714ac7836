// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Profiles told by sync over HTTP: what a client that shows people's status sees of it.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

const std::string kSync =
    "/_matrix/client/v3/sync?filter=%7B%22org.matrix.msc4429.profile_fields%22%3A%7B%22ids%22%3A%5B"
    "%22m.status%22%5D%7D%7D";

std::string profile(const Person& person, const std::string& field) {
  return "/_matrix/client/v3/profile/" + person.id() + "/" + field;
}
std::string told(const ApiAnswer& answer, const Person& person) {
  const base::Json* found =
      find_at(answer.json, "/org.matrix.msc4429.users/" + person.id() + "/profile_updates");
  return found == nullptr ? "nothing" : base::to_text(*found);
}
std::string slid(const ApiAnswer& answer, const Person& person) {
  const base::Json* found =
      find_at(answer.json, "/extensions/org.matrix.msc4262.profiles/users/" + person.id());
  return found == nullptr ? "nothing" : base::to_text(*found);
}

TEST_CASE("the server says that it tells profiles by both kinds of sync") {
  ServerUnderTest server;
  CHECK(tells_of(server, "org.matrix.msc4262"));
  CHECK(tells_of(server, "org.matrix.msc4429"));
}

TEST_CASE("a status is told to those who share a room, changed, cleared, and no more after all") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const Person carol = server.register_user("carol");
  const std::string room = alice.create_room();
  bob.join(room);
  CHECK(bob.put(profile(bob, "m.status"), R"({"m.status":{"text":"busy"}})").status == 200);

  const ApiAnswer first = alice.get(kSync);
  REQUIRE(first.status == 200);
  CHECK(told(first, bob) == R"({"m.status":{"text":"busy"}})");
  CHECK(told(carol.get(kSync), bob) == "nothing");
  CHECK(told(alice.get("/_matrix/client/v3/sync"), bob) == "nothing");

  auto waiting = alice.begin(http::Method::get,
                             kSync + "&timeout=30000&since=" + first.text("next_batch"), "");
  bob.put(profile(bob, "m.status"), R"({"m.status":{"text":"back"}})");
  server.settle();
  const ApiAnswer second = waiting.await();
  CHECK(told(second, bob) == R"({"m.status":{"text":"back"}})");
  server.restart();
  CHECK(bob.del(profile(bob, "m.status")).status == 200);
  const ApiAnswer third = alice.get(kSync + "&since=" + second.text("next_batch"));
  CHECK(told(third, bob) == R"({"m.status":null})");

  bob.post("/_matrix/client/v3/rooms/" + room + "/leave", "{}");
  CHECK(told(alice.get(kSync + "&since=" + third.text("next_batch")), bob) == "null");
}

TEST_CASE("sliding sync tells profiles of the rooms that it shows, by both of its faces") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  bob.join(room);
  bob.put(profile(bob, "m.status"), R"({"m.status":{"text":"busy"}})");
  const std::string extension =
      R"("extensions":{"org.matrix.msc4262.profiles":{"enabled":true,"fields":["m.status"]}})";
  const std::string deployed =
      R"({"lists":{"all":{"ranges":[[0,9]],"timeline_limit":1,"required_state":[]}},)" + extension +
      "}";
  const auto merged = [&](const std::string& more) {
    return R"({"lists":{"all":{"range":[0,9],"timeline_limit":1,"required_state":{}}},)" +
           extension + more + "}";
  };

  const ApiAnswer first = alice.post(kSlidingSync, deployed);
  REQUIRE(first.status == 200);
  CHECK(slid(first, bob) == R"({"updated":{"m.status":{"text":"busy"}}})");
  const ApiAnswer other = alice.post(kMergedSlidingSync, merged(R"(,"conn_id":"other")"));
  REQUIRE(other.status == 200);
  CHECK(slid(other, bob) == R"({"updated":{"m.status":{"text":"busy"}}})");

  CHECK(bob.del(profile(bob, "m.status")).status == 200);
  CHECK(slid(alice.post(kSlidingSync + "?pos=" + first.text("pos"), deployed), bob) ==
        R"({"removed":["m.status"]})");
  CHECK(slid(alice.post(kMergedSlidingSync,
                        merged(R"(,"conn_id":"other","pos":")" + other.text("pos") + "\"")),
             bob) == R"({"removed":["m.status"]})");
}

TEST_CASE("profile fields that are asked for in a wrong way are refused") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const auto status = [&](const std::string& extension) {
    return alice
        .post(kSlidingSync, R"({"extensions":{"org.matrix.msc4262.profiles":)" + extension + "}}")
        .status;
  };

  CHECK(status(R"({"enabled":true,"fields":{}})") == 400);
  CHECK(status(R"({"enabled":true,"fields":[null]})") == 400);
  CHECK(status(R"({"enabled":"yes"})") == 400);
  CHECK(status(R"({"enabled":true,"fields":["x"]})") == 200);
  CHECK(
      alice.get("/_matrix/client/v3/sync?filter=%7B%22org.matrix.msc4429.profile_fields%22%3A7%7D")
          .status == 400);
}

}  // namespace
}  // namespace chancery::scenario
