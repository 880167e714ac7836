// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Whom a search for people finds, by the rooms that those are in.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

TEST_CASE("people of rooms that anyone may read are found, until nobody may") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room(R"({"preset":"private_chat"})");
  const auto finds_alice = [&] {
    const ApiAnswer found = bob.post("/user_directory/search", R"({"search_term":"alice"})");
    return found.body.find("@alice:x") != std::string::npos;
  };
  const auto show = [&](const char* visibility) {
    REQUIRE(alice
                .put("/rooms/" + room + "/state/m.room.history_visibility",
                     std::string(R"({"history_visibility":")") + visibility + "\"}")
                .status == 200);
    server.settle();
  };
  CHECK_FALSE(finds_alice());

  show("world_readable");
  CHECK(finds_alice());

  show("shared");
  CHECK_FALSE(finds_alice());
}

}  // namespace
}  // namespace chancery::scenario
