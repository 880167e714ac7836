// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What clients are told before they call: relays, services for media, the files of discovery.
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

TEST_CASE("a relay's name is good for a while and its password is made of the shared secret") {
  ServerUnderTest server([](server::Config& config) {
    config.turn.uris = {"turn:turn.example.org?transport=udp", "turns:turn.example.org"};
    config.turn.secret = "a shared secret";
    config.turn.lifetime = std::chrono::hours(1);
  });
  const Person alice = server.register_user("alice");

  const ApiAnswer answer = alice.get("/voip/turnServer");

  const std::int64_t until = server.scheduler().clock().now().milliseconds / 1'000 + 3'600;
  const std::string name = std::to_string(until) + ":@alice:x";
  CHECK(answer.text("username") == name);
  CHECK(answer.text("password") ==
        base::encode_base64(base::hmac_sha1("a shared secret", name)) + "=");
  CHECK(find_at(answer.json, "/ttl")->as_int64() == 3'600);
  CHECK(find_at(answer.json, "/uris")->as_array().size() == 2);
}

TEST_CASE("where there is no relay and no service for media nothing is told") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  CHECK(alice.get("/voip/turnServer").body == "{}");
  CHECK(alice.get("/_matrix/client/unstable/org.matrix.msc4143/rtc/transports").body ==
        R"({"rtc_transports":[]})");
  CHECK(server.stranger().get("/.well-known/matrix/support").errcode() == "M_NOT_FOUND");
}

TEST_CASE("services for media and other addresses stand in the file of discovery") {
  ServerUnderTest server([](server::Config& config) {
    config.server.public_url = "https://chat.example.org";
    config.rtc.livekit_urls = {"https://rtc.example.org/livekit"};
    config.discovery.identity_server = "https://id.example.org";
    config.discovery.client_extra =
        R"({"org.example":{"a":1},"m.homeserver":{"base_url":"https://elsewhere.example"}})";
    config.discovery.support_page = "https://example.org/help";
    config.discovery.security_email = "security@example.org";
  });
  const Person alice = server.register_user("alice");
  const ApiAnswer file = server.stranger().get("/.well-known/matrix/client");

  CHECK(text_at(file.json, "/m.homeserver/base_url") == "https://chat.example.org");
  CHECK(text_at(file.json, "/m.identity_server/base_url") == "https://id.example.org");
  CHECK(text_at(file.json, "/org.matrix.msc4143.rtc_foci/0/type") == "livekit");
  CHECK(text_at(file.json, "/org.matrix.msc4143.rtc_foci/0/livekit_service_url") ==
        "https://rtc.example.org/livekit");
  CHECK(find_at(file.json, "/org.example/a") != nullptr);
  const ApiAnswer transports =
      alice.get("/_matrix/client/unstable/org.matrix.msc4143/rtc/transports");
  CHECK(text_at(transports.json, "/rtc_transports/0/livekit_service_url") ==
        "https://rtc.example.org/livekit");
  const ApiAnswer support = server.stranger().get("/.well-known/matrix/support");
  CHECK(support.text("support_page") == "https://example.org/help");
  CHECK(text_at(support.json, "/contacts/0/email_address") == "security@example.org");
  CHECK(text_at(support.json, "/contacts/0/role") == "m.role.security");
}

}  // namespace
}  // namespace chancery::scenario
