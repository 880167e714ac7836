// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/policy_server_client.hpp"

#include "base/base64.hpp"
#include "protocol/api_error.hpp"
#include "tests/support/federation_world.hpp"
#include "tests/support/room_builder.hpp"

#include <doctest/doctest.h>

namespace chancery::federation {
namespace {

using namespace std::chrono_literals;
using protocol::ApiError;
using protocol::ErrorCode;
using UnderOwnName = PolicyServerClient::UnderOwnName;

struct Asking {
  explicit Asking(UnderOwnName own = UnderOwnName::there_is_none)
      : client({.client = world.client,
                .clock = world.scheduler.clock(),
                .key = world.key,
                .server = world.own},
               {.patience = 5s, .own = own}) {}

  std::string sign(std::string_view server = "policy.example:443") {
    return world.scheduler.run(
        client.sign(event, {.name = *protocol::ServerName::parse(server), .public_key = {}}, {}));
  }
  // The error with which it ends.
  ApiError refusal(std::string_view server = "policy.example:443") {
    try {
      static_cast<void>(sign(server));
    } catch (const ApiError& error) {
      return error;
    }
    return {ErrorCode::unknown, "no refusal"};
  }

  support::FederationWorld world;
  support::RoomBuilder room{"12"};
  protocol::EventPtr event = room.make({.content = R"({"body":"hello"})"});
  PolicyServerClient client;
};

TEST_CASE("a policy server is shown the event as it will be sent, and its signature comes back") {
  Asking asking;
  asking.world.answer_with(200, R"({"policy.example:443":{"ed25519:policy_server":"abc"}})");

  CHECK(asking.sign() == "abc");

  const http::OutboundRequest sent = asking.world.requests().at(0);
  CHECK(sent.method == http::Method::post);
  CHECK(sent.url == "https://policy.example/_matrix/policy/v1/sign");
  CHECK(sent.time <= 5s);
  CHECK(sent.may_be_repeated);
  const auto pdu = base::parse_json(sent.body)->get_object();
  CHECK(pdu.at("content").at("body") == "hello");
  CHECK_FALSE(pdu.contains("unsigned"));
  const auto signature =
      base::decode_base64(pdu.at("signatures").at("example.org").at("ed25519:own").as_string());
  base::JsonObject redacted = protocol::redact(pdu, asking.event->version());
  CHECK(protocol::check_signed_json(redacted, "example.org", asking.world.key.id(),
                                    asking.world.key.public_key()) ==
        protocol::SignatureCheck::valid);
  CHECK(signature->size() == 64);
}

TEST_CASE("what the policy server says of the event is told as it said it") {
  Asking asking;
  asking.world.answer_with(400, R"({"errcode":"M_FORBIDDEN","error":"Probably spam"})");
  CHECK(asking.refusal().code() == ErrorCode::forbidden);
  CHECK(asking.refusal().public_text() == "Probably spam");
  asking.world.answer_with(400, R"({"errcode":"M_BAD_JSON","error":"No body"})");
  CHECK(asking.refusal().code() == ErrorCode::bad_json);
  asking.world.answer_with(
      429, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Slower","retry_after_ms":2500})");
  const ApiError limited = asking.refusal();
  CHECK(limited.code() == ErrorCode::limit_exceeded);
  CHECK(limited.status() == 429);
  CHECK(base::find_integer(limited.extra(), "retry_after_ms") == 2500);
}

TEST_CASE("what a policy server has no business to say to a client is not passed on") {
  Asking asking;
  for (const std::string_view code :
       {"M_UNKNOWN_TOKEN", "M_USER_LOCKED", "M_UNRECOGNIZED", "M_NOT_FOUND", "M_MISSING_TOKEN",
        "M_CONSENT_NOT_GIVEN", "M_RESOURCE_LIMIT_EXCEEDED", "", "X"}) {
    CAPTURE(code);
    for (const unsigned status : {301U, 400U, 401U, 404U}) {
      asking.world.answer_with(status,
                               base::to_text(base::JsonObject{
                                   {"errcode", code}, {"error", "words"}, {"soft_logout", true}}));
      const ApiError refusal = asking.refusal();
      CHECK(refusal.code() == ErrorCode::forbidden);
      CHECK(refusal.status() == 403);
      CHECK(refusal.public_text() == "words");
      CHECK(refusal.extra().empty());
    }
  }
}

TEST_CASE("words of a policy server are short and of one line, and its waits have an end") {
  Asking asking;
  std::string words(299, 'a');
  words += "\xc3\xa4 and so on";
  asking.world.answer_with(400, base::to_text(base::JsonObject{{"error", words}}));
  CHECK(asking.refusal().public_text() == std::string(299, 'a'));
  asking.world.answer_with(400, "{\"error\":\"a\\nb\\u0000c\\u001b[31m\"}");
  CHECK(asking.refusal().public_text() == "a b c [31m");
  asking.world.answer_with(400, R"({"error":7})");
  CHECK_FALSE(asking.refusal().public_text().empty());
  for (const std::string_view wait : {"-5", "0", "9007199254740991", "\"x\""}) {
    asking.world.answer_with(429, R"({"retry_after_ms":)" + std::string(wait) + "}");
    const auto told = base::find_integer(asking.refusal().extra(), "retry_after_ms");
    REQUIRE(told);
    CHECK(*told >= 1);
    CHECK(*told <= 3'600'000);
  }
}

TEST_CASE("an answer without the signature is a refusal") {
  Asking asking;
  for (const std::string_view body : {"{}", R"({"other.example":{"ed25519:policy_server":"abc"}})",
                                      R"({"policy.example:443":{"ed25519:1":"abc"}})",
                                      R"({"policy.example:443":{"ed25519:policy_server":null}})"}) {
    asking.world.answer_with(200, std::string(body));
    CHECK(asking.refusal().code() == ErrorCode::forbidden);
  }
}

TEST_CASE("a policy server that does not answer is given up after some time, and then left alone") {
  Asking asking;
  asking.world.answer_by([](const http::OutboundRequest&) { return std::nullopt; });
  for (int i = 0; i < 3; ++i) {
    const runtime::SteadyTime begun = asking.world.scheduler.clock().steady_now();
    const ApiError refusal = asking.refusal();
    CHECK(refusal.code() == ErrorCode::unavailable);
    CHECK(refusal.status() == 503);
    CHECK(asking.world.scheduler.clock().steady_now() - begun == 5s);
  }

  const runtime::SteadyTime begun = asking.world.scheduler.clock().steady_now();
  CHECK(asking.refusal().status() == 503);
  CHECK(asking.world.scheduler.clock().steady_now() == begun);
  CHECK(asking.world.requests().size() == 3);

  asking.world.answer_with(200, R"({"policy.example:443":{"ed25519:policy_server":"abc"}})");
  asking.world.scheduler.advance(31s);
  CHECK(asking.sign() == "abc");
}

TEST_CASE("failures of every kind count, refusals do not") {
  using enum http::OutboundFailure;
  for (const auto failure : {unreachable, unresolvable, refused_address, too_large, bad_answer}) {
    Asking asking;
    asking.world.answer_by([failure](const http::OutboundRequest&) {
      return http::OutboundResult(std::unexpected(failure));
    });
    for (int i = 0; i < 4; ++i) CHECK(asking.refusal().status() == 503);
    CHECK(asking.world.requests().size() == 3);
  }
  Asking asking;
  asking.world.answer_with(500, "{}");
  for (int i = 0; i < 4; ++i) CHECK(asking.refusal().status() == 503);
  CHECK(asking.world.requests().size() == 3);

  Asking refusing;
  refusing.world.answer_with(400, R"({"errcode":"M_FORBIDDEN"})");
  for (int i = 0; i < 5; ++i) CHECK(refusing.refusal().status() == 403);
  CHECK(refusing.world.requests().size() == 5);
}

TEST_CASE("this server's own name is asked for where a policy server is run under it") {
  Asking none;
  CHECK(none.refusal("example.org").code() == ErrorCode::forbidden);
  CHECK(none.world.outside.requests().empty());

  Asking one(UnderOwnName::there_is_one);
  one.world.answer_with(200, R"({"example.org":{"ed25519:policy_server":"abc"}})");
  CHECK(one.sign("example.org") == "abc");
}

TEST_CASE("whoever hangs up is not kept") {
  Asking asking;
  runtime::CancelSource source;
  source.cancel();

  CHECK_THROWS_AS(
      static_cast<void>(asking.world.scheduler.run(asking.client.sign(
          asking.event, {.name = *protocol::ServerName::parse("policy.example"), .public_key = {}},
          source.token()))),
      runtime::Cancelled);
}

}  // namespace
}  // namespace chancery::federation
