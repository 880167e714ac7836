// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What stands in a path goes into answers and into the store: it is text, and not of any length.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::scenario {
namespace {

TEST_CASE("bytes that are no text in a path reach nobody, whatever they would become") {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string room = alice.create_room();
  const std::string message = fmt::format(R"({{"messages":{{"{}":{{"*":{{"n":1}}}}}}}})", bob.id());
  const std::string own = "/user/" + alice.id();

  for (const std::string_view bytes : {"x%FFy", "%ED%A0%80", "%C3"}) {
    const std::string bad(bytes);
    CAPTURE(bad);
    CHECK(alice.put("/sendToDevice/" + bad + "/t", message).status == 404);
    CHECK(alice.put("/rooms/" + room + "/send/m.x/" + bad, "{}").status == 404);
    CHECK(alice.put(own + "/account_data/" + bad, "{}").status == 404);
    CHECK(alice.put(own + "/rooms/" + room + "/tags/" + bad, "{}").status == 404);
    CHECK(alice.put("/pushrules/global/override/" + bad, R"({"actions":[]})").status == 404);
    CHECK(alice.get(own + "/filter/" + bad).status == 404);
  }

  CHECK(find_at(bob.get("/sync").json, "/to_device/events/0") == nullptr);
}

TEST_CASE("a transaction id is kept up to 512 bytes and refused beyond, wherever there is one") {
  ServerUnderTest server;
  Person alice = server.register_user("alice");
  const std::string room = alice.create_room();
  const std::string event = alice.put("/rooms/" + room + "/send/m.x/a", "{}").text("event_id");
  const std::string longest(512, 't');
  const std::string beyond(513, 't');
  const std::string no_messages = R"({"messages":{}})";

  CHECK(alice.put("/rooms/" + room + "/send/m.x/" + longest, "{}").status == 200);
  CHECK(alice.put("/sendToDevice/m.x/" + longest, no_messages).status == 200);
  CHECK(alice.put("/rooms/" + room + "/redact/" + event + "/" + longest, "{}").status == 200);
  for (const std::string& path : {"/rooms/" + room + "/send/m.x/" + beyond,
                                  "/rooms/" + room + "/redact/" + event + "/" + beyond}) {
    const ApiAnswer refused = alice.put(path, "{}");
    CHECK(refused.status == 400);
    CHECK(refused.text("errcode") == "M_INVALID_PARAM");
  }
  CHECK(alice.put("/sendToDevice/m.x/" + beyond, no_messages).status == 400);
  CHECK(alice.put("/sendToDevice/" + std::string(256, 'e') + "/t", no_messages).status == 400);
}

}  // namespace
}  // namespace chancery::scenario
