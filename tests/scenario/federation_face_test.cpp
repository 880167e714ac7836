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

}  // namespace
}  // namespace chancery::scenario
