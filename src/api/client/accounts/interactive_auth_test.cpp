// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/account_world.hpp"

#include <doctest/doctest.h>

namespace chancery::client {
namespace {

using support::AccountWorld;
using support::ApiAnswer;
using support::ApiClient;

constexpr const char* kDelete = "/_matrix/client/v3/delete_devices";

std::string proof(const std::string& session, const std::string& user,
                  const std::string& password = "correct horse battery") {
  return R"("auth":{"type":"m.login.password","session":")" + session +
         R"(","identifier":{"type":"m.id.user","user":")" + user + R"("},"password":")" + password +
         "\"}";
}

struct TwoDevices {
  TwoDevices() : alice(world.registered("alice")) {
    world.sign_in("alice", AccountWorld::kPassword, R"(,"device_id":"A")");
    world.sign_in("alice", AccountWorld::kPassword, R"(,"device_id":"B")");
  }
  [[nodiscard]] bool has(const std::string& device) {
    return alice.get("/_matrix/client/v3/devices/" + device).status == 200;
  }
  AccountWorld world;
  ApiClient alice;
};

TEST_CASE("deleting a device asks for the password, and then does it") {
  TwoDevices test;
  const ApiAnswer asked = test.alice.del("/_matrix/client/v3/devices/A");
  REQUIRE(asked.status == 401);
  CHECK(asked.body.find("m.login.password") != std::string::npos);
  CHECK(test.has("A"));

  const ApiAnswer done = test.alice.del("/_matrix/client/v3/devices/A",
                                        "{" + proof(asked.text("session"), "alice") + "}");
  CHECK(done.status == 200);
  CHECK_FALSE(test.has("A"));
}

TEST_CASE("a wrong password is told as such, and the flows again") {
  TwoDevices test;
  const std::string session = test.alice.del("/_matrix/client/v3/devices/A").text("session");
  const ApiAnswer wrong =
      test.alice.del("/_matrix/client/v3/devices/A", "{" + proof(session, "alice", "wrong") + "}");
  CHECK(wrong.status == 401);
  CHECK(wrong.errcode() == "M_FORBIDDEN");
  CHECK(wrong.text("session") == session);
  CHECK(wrong.object().contains("flows"));
  CHECK(test.has("A"));
}

TEST_CASE("nobody proves who they are by another's password") {
  TwoDevices test;
  test.world.registered("bob");
  const std::string session = test.alice.del("/_matrix/client/v3/devices/A").text("session");
  const ApiAnswer answer =
      test.alice.del("/_matrix/client/v3/devices/A", "{" + proof(session, "bob") + "}");
  CHECK(answer.status == 403);
  CHECK(test.has("A"));
}

TEST_CASE("what was begun for one operation is not good for another") {
  TwoDevices test;
  const std::string session = test.alice.post(kDelete, R"({"devices":["A"]})").text("session");

  CHECK(test.alice.post(kDelete, R"({"devices":["B"],)" + proof(session, "alice") + "}").status ==
        403);
  CHECK(
      test.alice.del("/_matrix/client/v3/devices/B", "{" + proof(session, "alice") + "}").status ==
      403);
  CHECK(test.has("B"));
  CHECK(test.alice.post(kDelete, R"({"devices":["A"],)" + proof(session, "alice") + "}").status ==
        200);
  CHECK_FALSE(test.has("A"));
}

TEST_CASE("another person cannot go on with a session") {
  TwoDevices test;
  ApiClient bob = test.world.registered("bob");
  const std::string session = test.alice.post(kDelete, R"({"devices":["A"]})").text("session");
  CHECK(bob.post(kDelete, R"({"devices":["A"],)" + proof(session, "bob") + "}").status == 403);
}

TEST_CASE("a session alone proves nothing") {
  TwoDevices test;
  const std::string session = test.alice.post(kDelete, R"({"devices":["A"]})").text("session");
  const ApiAnswer answer =
      test.alice.post(kDelete, R"({"devices":["A"],"auth":{"session":")" + session + "\"}}");
  CHECK(answer.status == 401);
  CHECK(test.has("A"));
}

TEST_CASE("after a change of password the old one is worth nothing, and other devices are out") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  ApiClient other = world.client();
  other.set_token(world.sign_in("alice").text("access_token"));
  const ApiAnswer done =
      alice.post("/_matrix/client/v3/account/password",
                 R"({"new_password":"a wholly new password",)" + proof("", "alice") + "}");
  REQUIRE(done.status == 200);

  CHECK(world.sign_in("alice").status == 403);
  CHECK(world.sign_in("alice", "a wholly new password").status == 200);
  CHECK(alice.get("/_matrix/client/v3/account/whoami").status == 200);
  CHECK(other.get("/_matrix/client/v3/account/whoami").status == 401);
}

TEST_CASE("other devices stay when the change of password says so") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  ApiClient other = world.client();
  other.set_token(world.sign_in("alice").text("access_token"));
  const ApiAnswer done =
      alice.post("/_matrix/client/v3/account/password",
                 R"({"new_password":"a wholly new password","logout_devices":false,)" +
                     proof("", "alice") + "}");
  REQUIRE(done.status == 200);
  CHECK(other.get("/_matrix/client/v3/account/whoami").status == 200);
}

}  // namespace
}  // namespace chancery::client
