// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What other servers may ask before this one federates: keys and version.
#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/signing.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

bool is_signed_by_itself(const base::JsonObject& keys) {
  const auto& [id, entry] = *keys.at("verify_keys").as_object().begin();
  const auto key_id = protocol::KeyId::parse(std::string(id));
  const auto key = base::decode_base64(entry.as_object().at("key").as_string());
  return key_id && key &&
         protocol::check_signed_json(keys, "x", *key_id, *key) == protocol::SignatureCheck::valid;
}

TEST_CASE("anyone may ask for the server's keys, which are signed and outlive a restart") {
  ServerUnderTest server;
  const ApiAnswer keys = server.stranger().get("/_matrix/key/v2/server");

  REQUIRE(keys.status == 200);
  CHECK(keys.text("server_name") == "x");
  CHECK(is_signed_by_itself(keys.object()));
  CHECK(keys.body == protocol::canonical_json(keys.object()));
  CHECK(server.stranger().get("/_matrix/key/v2/server/ed25519:any").body == keys.body);

  server.restart();
  CHECK(server.stranger().get("/_matrix/key/v2/server").object().at("verify_keys") ==
        keys.object().at("verify_keys"));
}

TEST_CASE("the server vouches for its own keys and for nobody else's") {
  ServerUnderTest server;
  const Person anyone = server.stranger();

  const ApiAnswer both = anyone.post(
      "/_matrix/key/v2/query", R"({"server_keys":{"x":{},"other.example":{"ed25519:1":{}}}})");
  REQUIRE(both.status == 200);
  const base::JsonArray& known = both.object().at("server_keys").as_array();
  REQUIRE(known.size() == 1);
  CHECK(is_signed_by_itself(known.at(0).as_object()));

  CHECK(anyone.get("/_matrix/key/v2/query/x").body == both.body);
  CHECK(anyone.get("/_matrix/key/v2/query/other.example").body == R"({"server_keys":[]})");
  CHECK(anyone.post("/_matrix/key/v2/query", "{}").errcode() == "M_MISSING_PARAM");
  CHECK(anyone.post("/_matrix/key/v2/query", R"({"server_keys":[]})").errcode() == "M_BAD_JSON");
}

TEST_CASE("the server names its program, and a wrong method is told from an unknown path") {
  ServerUnderTest server;
  const Person anyone = server.stranger();

  const ApiAnswer version = anyone.get("/_matrix/federation/v1/version");
  REQUIRE(version.status == 200);
  CHECK(version.object().at("server").at("name") == "Chancery");

  CHECK(anyone.put("/_matrix/federation/v1/version").status == 405);
  CHECK(anyone.put("/_matrix/key/v2/query").status == 405);
  CHECK(anyone.get("/_matrix/federation/v1/unknown").status == 404);
  CHECK(anyone.get("/_matrix/key/unknown").status == 404);
}

std::string openid_token_of(const Person& person) {
  return person
      .post("/_matrix/client/v3/user/" + percent_encode(person.id()) + "/openid/request_token",
            "{}")
      .text("access_token");
}

TEST_CASE("a service learns from an OpenID token who it was given to, for an hour") {
  using namespace std::chrono_literals;
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person service = server.stranger();
  const std::string token = openid_token_of(alice);

  const ApiAnswer info =
      service.get("/_matrix/federation/v1/openid/userinfo?access_token=" + token);
  CHECK(info.status == 200);
  CHECK(info.body == R"({"sub":"@alice:x"})");
  // It opens nothing else, and nothing else opens this.
  CHECK(service.get("/_matrix/client/v3/account/whoami?access_token=" + token).status == 401);
  for (const std::string& other : {alice.token(), std::string(43, 'a'), token + "x"}) {
    const ApiAnswer refused =
        service.get("/_matrix/federation/v1/openid/userinfo?access_token=" + other);
    CHECK(refused.status == 401);
    CHECK(refused.errcode() == "M_UNKNOWN_TOKEN");
  }
  for (const char* none : {"", "?access_token=", "?token=x"}) {
    const ApiAnswer refused =
        service.get(std::string("/_matrix/federation/v1/openid/userinfo") + none);
    CHECK(refused.status == 401);
    CHECK(refused.errcode() == "M_MISSING_TOKEN");
  }
  server.scheduler().advance(1h);
  CHECK(service.get("/_matrix/federation/v1/openid/userinfo?access_token=" + token).errcode() ==
        "M_UNKNOWN_TOKEN");
}

TEST_CASE("nobody vouches with an OpenID token for who is locked, or gone") {
  ServerUnderTest server;
  const Person owner = server.register_owner("owner");
  const Person alice = server.register_user("alice");
  const Person bob = server.register_user("bob");
  const std::string of_alice = openid_token_of(alice);
  const std::string of_bob = openid_token_of(bob);

  REQUIRE(owner.put("/_synapse/admin/v2/users/@alice:x", R"({"locked":true})").status == 200);
  REQUIRE(owner.post("/_synapse/admin/v1/deactivate/@bob:x", "{}").status == 200);

  for (const std::string& token : {of_alice, of_bob}) {
    CHECK(server.stranger()
              .get("/_matrix/federation/v1/openid/userinfo?access_token=" + token)
              .errcode() == "M_UNKNOWN_TOKEN");
  }
}

}  // namespace
}  // namespace chancery::scenario
