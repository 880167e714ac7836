// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/policy_server.hpp"

#include "base/base64.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

using support::RoomBuilder;

const ServerName kPolicyName = *ServerName::parse("policy.example");

SigningKey key_of(char seed, std::string_view id = kPolicyKeyId) {
  return {*KeyId::parse(id), std::string(32, seed)};
}

std::string content_with(const SigningKey& key, std::string_view via = "policy.example") {
  return base::to_text(base::JsonObject{
      {"via", via},
      {"public_keys", base::JsonObject{{"ed25519", base::encode_base64(key.public_key())}}}});
}

struct PolicyRoom {
  explicit PolicyRoom(std::string_view version = "12") : builder(version) {}

  EventPtr event(support::EventSpec spec = {}) const { return builder.make(spec); }
  EventPtr policy(std::string content, std::string state_key = "") const {
    return event({.type = std::string(kPolicyType),
                  .state_key = std::move(state_key),
                  .content = std::move(content)});
  }
  // What the policy server does: the signature goes over the redacted event.
  static std::string signature_of(const VerifiedEvent& event, const SigningKey& key) {
    base::JsonObject json = event.json();
    sign_event(json, event.version(), "policy.example", key);
    return std::string(json.at("signatures").at("policy.example").at(key.id().text()).as_string());
  }
  static EventPtr signed_by(const EventPtr& event, const SigningKey& key) {
    auto made = with_policy_signature(*event, kPolicyName, signature_of(*event, key));
    REQUIRE(made);
    return *made;
  }
  static PolicyServer server(const SigningKey& key) {
    return {.name = kPolicyName, .public_key = std::string(key.public_key())};
  }

  RoomBuilder builder;
};

bool is_used(const EventPtr& policy, bool is_joined = true) {
  return find_policy_server(policy.get(), [&](const ServerName&) { return is_joined; }).has_value();
}

TEST_CASE("a room uses the policy server that its state names, with somebody joined") {
  const PolicyRoom room;
  const SigningKey key = key_of('p');
  const EventPtr policy = room.policy(content_with(key));
  std::vector<ServerName> asked;

  const auto server = find_policy_server(policy.get(), [&](const ServerName& name) {
    asked.push_back(name);
    return true;
  });

  REQUIRE(server);
  CHECK(server->name == kPolicyName);
  CHECK(server->public_key == key.public_key());
  CHECK(asked == std::vector{kPolicyName});
}

TEST_CASE("a room whose policy server has nobody joined uses none") {
  const PolicyRoom room;
  CHECK_FALSE(is_used(room.policy(content_with(key_of('p'))), false));
}

TEST_CASE("a room without the state, or whose state lacks what it must have, uses none") {
  const PolicyRoom room;
  CHECK_FALSE(is_used(nullptr));
  for (const std::string_view content :
       {R"({})", R"({"via":"policy.example"})", R"({"public_keys":{"ed25519":"AAAA"}})",
        R"({"via":"policy.example","public_keys":{}})",
        R"({"via":"policy.example","public_keys":"AAAA"})",
        R"({"via":"policy.example","public_keys":["ed25519"]})",
        R"({"via":"policy.example","public_keys":{"ed25519":7}})",
        R"({"via":"policy.example","public_keys":{"curve25519":"AAAA"}})",
        R"({"via":7,"public_keys":{"ed25519":"AAAA"}})",
        R"({"via":["policy.example"],"public_keys":{"ed25519":"AAAA"}})",
        R"({"via":"","public_keys":{"ed25519":"AAAA"}})",
        R"({"via":"user@policy.example","public_keys":{"ed25519":"AAAA"}})"}) {
    CAPTURE(content);
    CHECK_FALSE(is_used(room.policy(std::string(content))));
  }
}

TEST_CASE("state of another key, another type, and no state at all name no policy server") {
  const PolicyRoom room;
  const std::string content = content_with(key_of('p'));
  CHECK_FALSE(is_used(room.policy(content, "other")));
  CHECK_FALSE(is_used(room.event({.type = "m.room.topic", .state_key = "", .content = content})));
  CHECK_FALSE(is_used(room.event({.type = std::string(kPolicyType), .content = content})));
}

TEST_CASE("a key that is none leaves the room with a policy server under which nothing holds") {
  const PolicyRoom room;
  for (const std::string& key :
       std::vector<std::string>{"", "!", "AAAA", std::string(44, 'A'), std::string(9000, 'A')}) {
    CAPTURE(key);
    const EventPtr policy = room.policy(base::to_text(base::JsonObject{
        {"via", "policy.example"}, {"public_keys", base::JsonObject{{"ed25519", key}}}}));
    const auto server = find_policy_server(policy.get(), [](const ServerName&) { return true; });
    REQUIRE(server);
    const EventPtr event = PolicyRoom::signed_by(room.event(), key_of('p'));
    CHECK(check_recommendation(*event, *server) == Recommendation::wrong);
  }
}

TEST_CASE("an event is recommended by a signature under the room's key alone") {
  const SigningKey key = key_of('p');
  for (const std::string_view version : {"1", "3", "6", "11", "12"}) {
    CAPTURE(version);
    const PolicyRoom room(version);
    const EventPtr event = room.event();
    const EventPtr good = PolicyRoom::signed_by(event, key);

    CHECK(check_recommendation(*event, PolicyRoom::server(key)) == Recommendation::missing);
    CHECK(check_recommendation(*good, PolicyRoom::server(key)) == Recommendation::given);
    CHECK(check_recommendation(*good, PolicyRoom::server(key_of('q'))) == Recommendation::wrong);
  }
}

TEST_CASE("a recommendation holds for the event after its redaction too") {
  const SigningKey key = key_of('p');
  const PolicyRoom room("11");
  const EventPtr event = PolicyRoom::signed_by(room.event({.content = R"({"body":"x"})"}), key);

  const auto redacted = admit_stored(base::to_text(redact(event->json(), event->version())),
                                     event->id(), event->version());

  REQUIRE(redacted);
  CHECK(check_recommendation(**redacted, PolicyRoom::server(key)) == Recommendation::given);
}

TEST_CASE("neither another server's signature nor one under another key id is a recommendation") {
  const SigningKey key = key_of('p');
  const PolicyRoom room;
  base::JsonObject json = room.event()->json();
  const RoomVersion& version = *find_room_version("12");
  sign_event(json, version, "other.example", key);
  sign_event(json, version, "policy.example", key_of('p', "ed25519:1"));

  const auto event = admit(base::to_text(json), version, {}, EventSource::local);

  REQUIRE(event);
  CHECK(check_recommendation(**event, PolicyRoom::server(key)) == Recommendation::missing);
}

TEST_CASE("everything but the state that names the policy server needs a recommendation") {
  const PolicyRoom room;
  const SigningKey key = key_of('p');
  const std::string content = content_with(key);
  const auto needs = [&](support::EventSpec spec) {
    return check_recommendation(*room.event(std::move(spec)), PolicyRoom::server(key)) !=
           Recommendation::given;
  };

  CHECK_FALSE(needs({.type = std::string(kPolicyType), .state_key = "", .content = content}));
  CHECK(needs({.type = std::string(kPolicyType), .state_key = "other", .content = content}));
  CHECK(needs({.type = std::string(kPolicyType), .content = content}));
  CHECK(needs({.type = "m.room.power_levels", .state_key = ""}));
  CHECK(needs({.type = "m.room.member",
               .state_key = "@creator:x",
               .content = R"({"membership":"leave"})"}));
  CHECK(needs({}));
}

TEST_CASE("a signature joins those that an event has, and changes nothing else of it") {
  const PolicyRoom room;
  const SigningKey key = key_of('p');
  const EventPtr plain = room.event();
  base::JsonObject json = plain->json();
  // The policy server may be the event's own server.
  sign_event(json, plain->version(), "policy.example", key_of('s', "ed25519:own"));
  const auto event = admit(base::to_text(json), plain->version(), {}, EventSource::local);
  REQUIRE(event);

  const EventPtr made = PolicyRoom::signed_by(*event, key);

  CHECK(made->id() == plain->id());
  CHECK(made->content_text() == plain->content_text());
  const base::JsonObject& signatures =
      made->json().at("signatures").at("policy.example").as_object();
  CHECK(signatures.size() == 2);
  CHECK(signatures.contains("ed25519:own"));
  CHECK(signatures.contains(kPolicyKeyId));
}

TEST_CASE("what is no signature goes into no event") {
  const PolicyRoom room;
  const EventPtr event = room.event();
  for (const std::string& signature : std::vector<std::string>{
           "", "AAAA", "not base64", std::string(100'000, 'A'), std::string(85, 'A')}) {
    const auto made = with_policy_signature(*event, kPolicyName, signature);
    REQUIRE_FALSE(made);
    CHECK(made.error().rule == "signature");
  }
}

TEST_CASE("an event that is full has no room for a recommendation") {
  const PolicyRoom room;
  const std::string content(64'700, 'a');
  const EventPtr event = room.event({.content = R"({"body":")" + content + R"("})"});

  const auto made = with_policy_signature(*event, *ServerName::parse(std::string(255, 'p')),
                                          PolicyRoom::signature_of(*event, key_of('p')));

  REQUIRE_FALSE(made);
  CHECK(made.error().rule == "size");
}

TEST_CASE("of a policy server's answer only its signature under the one key id is read") {
  const auto read = [](std::string_view text) -> std::string {
    const auto json = base::parse_json(text);
    return std::string(find_policy_signature(json->get_object(), kPolicyName).value_or("(none)"));
  };
  CHECK(read(R"({"policy.example":{"ed25519:policy_server":"sig","ed25519:1":"other"},
                 "x":{"ed25519:policy_server":"forged"}})") == "sig");
  for (const std::string_view text :
       {R"({})", R"({"policy.example":"sig"})", R"({"policy.example":{}})",
        R"({"policy.example":{"ed25519:1":"sig"}})",
        R"({"policy.example":{"ed25519:policy_server":1}})",
        R"({"x":{"ed25519:policy_server":"sig"}})"}) {
    CAPTURE(text);
    CHECK(read(text) == "(none)");
  }
}

}  // namespace
}  // namespace chancery::protocol
