// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/scope.hpp"

#include <doctest/doctest.h>

namespace chancery::oauth {

TEST_CASE("a scope is everything on one device, by either name, and what is unknown is left out") {
  const auto stable = parse_scope("urn:matrix:client:api:* urn:matrix:client:device:ABC");
  REQUIRE(stable.has_value());
  CHECK(stable->device.text() == "ABC");
  CHECK(stable->text == "urn:matrix:client:api:* urn:matrix:client:device:ABC");

  const auto old = parse_scope(
      "openid  urn:matrix:org.matrix.msc2967.client:device:a-b.c_d~1 "
      "urn:matrix:org.matrix.msc2967.client:api:* urn:synapse:admin:*");
  REQUIRE(old.has_value());
  CHECK(old->device.text() == "a-b.c_d~1");
  CHECK(old->text ==
        "urn:matrix:org.matrix.msc2967.client:device:a-b.c_d~1 "
        "urn:matrix:org.matrix.msc2967.client:api:*");
}

TEST_CASE("a scope without all of that, or with more than one device, is refused") {
  for (const char* text :
       {"", "urn:matrix:client:api:*", "urn:matrix:client:device:ABC",
        "urn:matrix:client:api:* urn:matrix:client:device:",
        "urn:matrix:client:api:* urn:matrix:client:device:A urn:matrix:client:device:B",
        "urn:matrix:client:api:* urn:matrix:client:device:A/B",
        "urn:matrix:client:api:* urn:matrix:client:device:A\"B",
        "urn:matrix:client:api:*\turn:matrix:client:device:A",
        "urn:matrix:client:api:read urn:matrix:client:device:A"}) {
    CAPTURE(text);
    const auto scope = parse_scope(text);
    REQUIRE_FALSE(scope.has_value());
    CHECK(scope.error().error == OauthError::invalid_scope);
  }
  CHECK_FALSE(
      parse_scope("urn:matrix:client:api:* urn:matrix:client:device:" + std::string(2000, 'A'))
          .has_value());
}

}  // namespace chancery::oauth
