// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Rooms whose events a policy server looks at before they are sent.
#include "base/base64.hpp"
#include "protocol/canonical_json.hpp"
#include "protocol/policy_server.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kSign = "/_matrix/policy/v1/sign";

http::OutboundResult answer_of(unsigned status, std::string body) {
  return http::OutboundResponse{
      .status = status, .headers = {}, .body = std::move(body), .url = {}};
}

// A policy server "policy.example", as far as others see of it.
struct PolicyServer {
  char seed = 'p';
  std::optional<http::OutboundResult> instead = answer_of(0, "");  // of status 0: it signs
  std::size_t asked = 0;

  [[nodiscard]] protocol::SigningKey key() const {
    return {protocol::KeyId::trusted(std::string(protocol::kPolicyKeyId)), std::string(32, seed)};
  }
  [[nodiscard]] std::string state() const {
    return base::to_text(base::JsonObject{
        {"via", "policy.example"},
        {"public_keys", base::JsonObject{{"ed25519", base::encode_base64(key().public_key())}}}});
  }
  std::optional<http::OutboundResult> answer(const http::OutboundRequest& request) {
    if (!request.url.ends_with(kSign)) return answer_of(404, "");
    ++asked;
    if (!instead || !*instead || (*instead)->status != 0) return instead;
    base::JsonObject pdu = base::parse_json(request.body)->get_object();
    pdu.erase("signatures");
    protocol::sign_event(pdu, *protocol::find_room_version("12"), "policy.example", key());
    return answer_of(200, base::to_text(pdu.at("signatures")));
  }
};

struct House {
  explicit House(const ServerUnderTest::Configure& configure = {}) : server(configure) {
    server.outside().answer_by(
        [this](const http::OutboundRequest& request) { return policy.answer(request); });
    join_from("policy.example");
    REQUIRE(alice.put(state_path("m.room.policy"), policy.state()).status == 200);
  }
  // Somebody of another server, as if it had joined over federation.
  void join_from(const std::string& name) {
    const auto user = *protocol::UserId::parse("@watch:" + name);
    server.scheduler().run(server.composition().room_modules().member_acts.join(
        {.user = user,
         .device = {},
         .subject = {.user = user, .role = policy::Role::user, .authenticated_at = {}}},
        {.room = *protocol::RoomId::parse(room), .reason = {}}));
  }
  [[nodiscard]] std::string state_path(const std::string& type) const {
    return "/rooms/" + room + "/state/" + type + "/";
  }
  [[nodiscard]] std::string send_path(const std::string& transaction) const {
    return "/rooms/" + room + "/send/m.room.message/" + transaction;
  }
  ApiAnswer send(const Person& who) {
    return who.put(send_path(unique_text()), message_of("hello"));
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  Person bob = server.register_user("bob");
  std::string room = alice.create_room();
  PolicyServer policy;
};

// The value of a parameter of an Authorization field.
std::string parameter(std::string_view field, std::string_view name) {
  const std::string begin = std::string(name) + "=\"";
  const std::size_t start = field.find(begin);
  if (start == std::string_view::npos) return {};
  const std::string_view rest = field.substr(start + begin.size());
  return std::string(rest.substr(0, rest.find('"')));
}

TEST_CASE("what a member says reaches the room with the policy server's leave, and keeps it") {
  House house;

  const std::string id = house.alice.say(house.room, "hello");

  CHECK(house.policy.asked == 1);
  house.server.restart();
  CHECK(all_messages(house.alice, house.room) == std::vector<std::string>{"hello"});
  const ApiAnswer event = house.alice.get("/rooms/" + house.room + "/event/" + percent_encode(id));
  CHECK_FALSE(event.object().contains("signatures"));
}

TEST_CASE("the policy server is asked where its name leads, signed by this server's key") {
  House house;
  house.server.names().set_service(
      "_matrix-fed._tcp.policy.example",
      {{.priority = 1, .weight = 1, .port = 8450, .target = "host.example"}});

  house.alice.say(house.room, "hello");

  const http::OutboundRequest& request = house.server.outside().requests().back();
  CHECK(request.url == "https://policy.example/_matrix/policy/v1/sign");
  CHECK(request.place->host == "host.example");
  CHECK(request.place->port == 8450);
  CHECK(request.place->authority == "policy.example");
  CHECK(request.chosen_by == http::ChosenBy::others);
  const std::string field(request.headers.find("Authorization").value_or(""));
  const std::string key_id = parameter(field, "key");
  const auto keys = house.server.stranger().get("/_matrix/key/v2/server");
  const auto key = base::decode_base64(text_at(keys.json, "/verify_keys/" + key_id + "/key"));
  REQUIRE(key);
  const std::string text = R"({"content":)" + request.body +
                           R"(,"destination":"policy.example","method":"POST",)"
                           R"("origin":"x","uri":"/_matrix/policy/v1/sign"})";
  CHECK(protocol::verify_signature(*key, text,
                                   base::decode_base64(parameter(field, "sig")).value_or("")));
  CHECK(parameter(field, "origin") == "x");
  CHECK(parameter(field, "destination") == "policy.example");
}

TEST_CASE("what the policy server refuses is refused with its words, and goes nowhere") {
  House house;
  house.policy.instead =
      answer_of(400, R"({"errcode":"M_FORBIDDEN","error":"Contains possible spam"})");

  const ApiAnswer refused = house.send(house.alice);

  CHECK(refused.status == 403);
  CHECK(refused.errcode() == "M_FORBIDDEN");
  CHECK(refused.text("error") == "Contains possible spam");
  CHECK(all_messages(house.alice, house.room).empty());
}

TEST_CASE("a join is refused like anything else that the policy server does not want") {
  House house;
  house.policy.instead = answer_of(400, R"({"errcode":"M_FORBIDDEN","error":"No"})");

  CHECK(house.bob.post("/join/" + percent_encode(house.room)).status == 403);
  CHECK(house.alice.put(house.state_path("m.room.topic"), R"({"topic":"x"})").status == 403);
  CHECK(house.bob.get("/joined_rooms").object().at("joined_rooms").as_array().empty());
}

TEST_CASE("a policy server that says nothing holds nobody up for long") {
  House house([](server::Config& config) { config.policy_server.patience = 5s; });
  house.policy.instead = std::nullopt;

  for (int i = 0; i < 3; ++i) {
    const runtime::SteadyTime begun = house.server.scheduler().clock().steady_now();
    const ApiAnswer answer = house.send(house.alice);
    CHECK(answer.status == 503);
    CHECK(house.server.scheduler().clock().steady_now() - begun <= 6s);
  }
  CHECK(house.send(house.alice).status == 503);
  CHECK(house.policy.asked == 3);

  house.policy.instead = answer_of(0, "");
  house.server.scheduler().advance(1min);
  CHECK(house.send(house.alice).status == 200);
}

TEST_CASE(
    "a policy server that is gone keeps neither an account in a room nor a room on the server") {
  for (const bool refuses : {false, true}) {
    CAPTURE(refuses);
    House house;
    Person owner = house.server.register_owner("owner");
    house.bob.join(house.room);
    house.policy.instead =
        refuses ? std::optional(answer_of(400, R"({"errcode":"M_FORBIDDEN"})")) : std::nullopt;
    house.policy.asked = 0;
    const runtime::SteadyTime begun = house.server.scheduler().clock().steady_now();

    REQUIRE(owner.post("/_synapse/admin/v1/deactivate/@bob:x", "{}").status == 200);
    const ApiAnswer members = house.alice.get("/rooms/" + house.room + "/joined_members");
    CHECK(members.body.find("@bob:x") == std::string::npos);

    REQUIRE(owner.del("/_synapse/admin/v1/rooms/" + percent_encode(house.room), "{}").status ==
            200);
    CHECK(owner.get("/_synapse/admin/v1/rooms/" + percent_encode(house.room)).errcode() ==
          "M_NOT_FOUND");
    CHECK(house.policy.asked == 0);
    CHECK(house.server.scheduler().clock().steady_now() - begun < 1s);
  }
}

TEST_CASE("who leaves of their own will leaves with the policy server's word") {
  House house;
  house.bob.join(house.room);
  house.policy.instead = answer_of(400, R"({"errcode":"M_FORBIDDEN","error":"No"})");
  CHECK(house.bob.post("/rooms/" + house.room + "/leave").status == 403);
}

TEST_CASE("a delayed event waits for a policy server that is gone") {
  House house;
  house.policy.instead = std::unexpected(http::OutboundFailure::unreachable);
  REQUIRE(
      house.alice.put(house.send_path("t") + "?org.matrix.msc4140.delay=1000", message_of("later"))
          .status == 200);
  house.server.scheduler().advance(1min);
  house.server.settle();
  REQUIRE(house.policy.asked > 0);
  CHECK(all_messages(house.alice, house.room).empty());

  house.policy.instead = answer_of(0, "");
  house.server.scheduler().advance(15min);
  house.server.settle();

  CHECK(all_messages(house.alice, house.room) == std::vector<std::string>{"later"});
}

TEST_CASE("a client that hangs up ends the asking, and the next one is let in") {
  House house;
  house.policy.instead = std::nullopt;
  Pending waiting = house.alice.begin(http::Method::put, house.send_path("t"), message_of("a"));
  house.server.scheduler().advance(1s);
  REQUIRE_FALSE(waiting.is_answered());
  REQUIRE(house.policy.asked == 1);

  waiting.hang_up();
  house.policy.instead = answer_of(0, "");
  const runtime::SteadyTime begun = house.server.scheduler().clock().steady_now();
  CHECK(house.send(house.alice).status == 200);

  CHECK(house.server.scheduler().clock().steady_now() - begun <= 1s);
  CHECK(all_messages(house.alice, house.room) == std::vector<std::string>{"hello"});
  CHECK(house.alice.put(house.send_path("t"), message_of("a")).status == 200);
}

TEST_CASE("a signature under another key than the room's is refused until the room names it") {
  House house;
  house.policy.seed = 'q';
  CHECK(house.send(house.alice).errcode() == "M_FORBIDDEN");

  REQUIRE(house.alice.put(house.state_path("m.room.policy"), house.policy.state()).status == 200);

  CHECK(house.send(house.alice).status == 200);
}

TEST_CASE("who may change the state can always free a room of its policy server") {
  House house;
  house.policy.instead = std::nullopt;

  CHECK(house.alice.put(house.state_path("m.room.policy"), "{}").status == 200);
  CHECK(house.send(house.alice).status == 200);
  CHECK(house.policy.asked == 0);
}

TEST_CASE("an answer that is broken or endless is no leave") {
  House house;
  for (const auto& body : std::vector<std::string>{"", "[]", "null", "{\"policy.example\":7}"}) {
    house.policy.instead = answer_of(200, body);
    CHECK(house.send(house.alice).status >= 403);
    house.server.scheduler().advance(1h);
  }
  house.policy.instead = std::unexpected(http::OutboundFailure::too_large);
  CHECK(house.send(house.alice).status == 503);
  CHECK(all_messages(house.alice, house.room).empty());
  CHECK(house.server.outside().requests().back().longest_body == 64 * 1024);
}

TEST_CASE("a room that names this server takes nothing, for it is no policy server") {
  House house;
  base::JsonObject state = base::parse_json(house.policy.state())->get_object();
  state["via"] = "x";
  REQUIRE(house.alice.put(house.state_path("m.room.policy"), base::to_text(state)).status == 200);

  const ApiAnswer refused = house.send(house.alice);

  CHECK(refused.errcode() == "M_FORBIDDEN");
  CHECK(house.policy.asked == 0);
  CHECK(house.server.stranger().post(std::string(kSign), "{}").status == 404);
  CHECK(house.server.stranger().post(std::string(kSign), "{}").errcode() == "M_UNRECOGNIZED");
}

TEST_CASE("a policy server that is run under this server's name is asked, and its key told") {
  const PolicyServer own;
  const std::string key = base::encode_base64url(own.key().public_key());
  ServerUnderTest server([&](server::Config& config) { config.policy_server.public_key = key; });
  const ApiAnswer file = server.stranger().get("/.well-known/matrix/policy_server");

  REQUIRE(file.status == 200);
  CHECK(text_at(file.json, "/public_keys/ed25519") == base::encode_base64(own.key().public_key()));
  CHECK(ServerUnderTest().stranger().get("/.well-known/matrix/policy_server").status == 404);

  const Person alice = server.register_user("alice");
  const std::string room = alice.create_room();
  REQUIRE(alice
              .put("/rooms/" + room + "/state/m.room.policy/",
                   base::to_text(base::JsonObject{
                       {"via", "x"}, {"public_keys", base::JsonObject{{"ed25519", key}}}}))
              .status == 200);
  server.outside().answer_by([&](const http::OutboundRequest& request) {
    if (!request.url.ends_with(kSign)) return answer_of(404, "");
    base::JsonObject pdu = base::parse_json(request.body)->get_object();
    pdu.erase("signatures");
    protocol::sign_event(pdu, *protocol::find_room_version("12"), "x", own.key());
    return answer_of(200, base::to_text(pdu.at("signatures")));
  });
  alice.say(room, "hello");
  CHECK(server.outside().requests().back().url == "https://x/_matrix/policy/v1/sign");
}

}  // namespace
}  // namespace chancery::scenario
