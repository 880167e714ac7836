// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What devices are called, by their owner and by their keys.
#include "base/base64.hpp"
#include "protocol/signing.hpp"
#include "tests/scenario/bridge.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::scenario {
namespace {

constexpr const char* kPassword = "correct horse battery";

ApiAnswer log_in(ServerUnderTest& server, const std::string& name, const std::string& device,
                 const std::string& device_name = "phone") {
  return server.stranger().post(
      "/login", fmt::format(R"({{"type":"m.login.password","password":"{}","device_id":"{}",
          "initial_device_display_name":"{}",
          "identifier":{{"type":"m.id.user","user":"{}"}}}})",
                            kPassword, device, device_name, name));
}

// A cross-signing key is named by what it is.
struct MasterKey {
  std::string name = base::encode_base64(
      protocol::SigningKey(protocol::KeyId::trusted("ed25519:x"), std::string(32, 'm'))
          .public_key());
  [[nodiscard]] std::string upload(const Person& owner) const {
    return fmt::format(R"({{"master_key":{{"user_id":"{}","usage":["master"],
                            "keys":{{"ed25519:{}":"{}"}}}}}})",
                       owner.id(), name, name);
  }
};

TEST_CASE("a sign-in on a known device leaves it its name, and its owner may take that away") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  const auto name = [&] { return alice.get("/devices/PHONE").text("display_name"); };
  REQUIRE(log_in(server, "alice", "PHONE", "first").status == 200);
  REQUIRE(log_in(server, "alice", "PHONE", "second").status == 200);
  CHECK(name() == "first");

  REQUIRE(alice.put("/devices/PHONE", R"({"display_name":"of mine"})").status == 200);
  REQUIRE(alice.put("/devices/PHONE", "{}").status == 200);
  CHECK(name() == "of mine");
  REQUIRE(log_in(server, "alice", "PHONE", "third").status == 200);
  CHECK(name() == "of mine");

  REQUIRE(alice.put("/devices/PHONE", R"({"display_name":""})").status == 200);
  CHECK_FALSE(alice.get("/devices/PHONE").object().contains("display_name"));
  CHECK(alice.put("/devices/NOBODYS", "{}").errcode() == "M_NOT_FOUND");
}

TEST_CASE("a service's device keeps its name where nothing is said of it") {
  Bridge bridge;
  bridge.make_ghost("anna");
  const std::string path = "/devices/D?user_id=@_b_anna:x";
  REQUIRE(bridge.service().put(path, R"({"display_name":"bridge"})").status == 201);
  REQUIRE(bridge.service().put(path, "{}").status == 200);
  CHECK(bridge.service().get(path).text("display_name") == "bridge");
  REQUIRE(bridge.service().put(path, R"({"display_name":""})").status == 200);
  CHECK_FALSE(bridge.service().get(path).object().contains("display_name"));
}

TEST_CASE("no device has the name of its owner's cross-signing key") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  server.register_user("bob", kPassword);
  const MasterKey key;
  REQUIRE(alice.post("/keys/device_signing/upload", key.upload(alice)).status == 200);

  const ApiAnswer refused = log_in(server, "alice", key.name);
  CHECK(refused.status == 403);
  CHECK(refused.errcode() == "M_FORBIDDEN");
  CHECK(alice.get("/devices/" + percent_encode(key.name)).status == 404);
  CHECK(log_in(server, "bob", key.name).status == 200);
}

TEST_CASE("no cross-signing key has the name of its owner's device") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  const MasterKey key;
  REQUIRE(log_in(server, "alice", key.name).status == 200);

  const ApiAnswer refused = alice.post("/keys/device_signing/upload", key.upload(alice));
  CHECK(refused.status == 403);
  CHECK(refused.errcode() == "M_FORBIDDEN");
  CHECK(alice.post("/keys/query", R"({"device_keys":{"@alice:x":[]}})").body.find(key.name) ==
        std::string::npos);
}

}  // namespace
}  // namespace chancery::scenario
