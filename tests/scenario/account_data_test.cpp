// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Account data that is removed, by the client or with the device that it was about.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr std::string_view kUnstable = "/_matrix/client/unstable/org.matrix.msc3391";

struct Kept {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  std::string room = alice.create_room();

  // Where the two kinds are: of the account, of the room.
  [[nodiscard]] std::vector<std::string> places() const {
    return {"/user/@alice:x/account_data/org.example",
            "/user/@alice:x/rooms/" + room + "/account_data/org.example"};
  }
};

TEST_CASE("account data that is deleted is told as empty once, and then is not there") {
  for (const bool by_put : {false, true}) {
    Kept data;
    for (const std::string& place : data.places()) {
      CAPTURE(place);
      REQUIRE(data.alice.put(place, R"({"a":1})").status == 200);
      const std::string since = data.alice.position();

      const ApiAnswer removed =
          by_put ? data.alice.put(place, "{}") : data.alice.del(std::string(kUnstable) + place);

      CHECK(removed.status == 200);
      const ApiAnswer news = data.alice.sync(since);
      CHECK(news.body.find(R"({"type":"org.example","content":{}})") != std::string::npos);
      CHECK(data.alice.get(place).errcode() == "M_NOT_FOUND");
      CHECK(data.alice.sync().body.find("org.example") == std::string::npos);
      REQUIRE(data.alice.put(place, R"({"a":2})").status == 200);
      CHECK(data.alice.get(place).body == R"({"a":2})");
      CHECK(data.alice.del(std::string(kUnstable) + place).status == 200);
    }
  }
}

TEST_CASE("to delete what is not there changes nothing, and what is another's is refused") {
  Kept data;
  const Person bob = data.server.register_user("bob");
  const std::string since = data.alice.position();
  for (const std::string& place : data.places()) {
    CHECK(data.alice.del(std::string(kUnstable) + place).status == 200);
    CHECK(bob.del(std::string(kUnstable) + place).errcode() == "M_FORBIDDEN");
  }
  CHECK(data.alice.sync(since).body.find("org.example") == std::string::npos);
  CHECK(
      data.alice.del(std::string(kUnstable) + "/user/@alice:x/account_data/m.push_rules").status ==
      405);
}

TEST_CASE("what a client keeps of a device's notifications goes with the device") {
  Kept data;
  const Person tablet = data.server.sign_in(data.alice, "TABLET");
  const std::string base = "/user/@alice:x/account_data/";
  const std::vector<std::string> gone{
      base + "m.local_notification_settings.TABLET",
      base + "org.matrix.msc3890.local_notification_settings.TABLET"};
  const std::string stays = base + "m.local_notification_settings." + data.alice.device();
  for (const std::string& place : gone) {
    REQUIRE(data.alice.put(place, R"({"is_silenced":true})").status == 200);
  }
  REQUIRE(data.alice.put(stays, R"({"is_silenced":true})").status == 200);

  REQUIRE(tablet.post("/logout").status == 200);

  for (const std::string& place : gone) CHECK(data.alice.get(place).errcode() == "M_NOT_FOUND");
  CHECK(data.alice.get(stays).status == 200);
}

}  // namespace
}  // namespace chancery::scenario
