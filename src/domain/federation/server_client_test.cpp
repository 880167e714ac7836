// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/server_client.hpp"

#include "runtime/task_group.hpp"
#include "tests/support/federation_world.hpp"

#include <doctest/doctest.h>

namespace chancery::federation {
namespace {

using namespace std::chrono_literals;
using http::OutboundFailure;
using support::FederationWorld;

PeerRequest request_to(std::string_view server) {
  return {.to = *protocol::ServerName::parse(server),
          .method = http::Method::post,
          .target = "/_matrix/x?y",
          .content = base::JsonObject{{"b", 1}, {"a", 2}},
          .time = 5s,
          .may_be_repeated = true};
}

PeerResult send(FederationWorld& world, PeerRequest request) {
  return world.scheduler.run(world.client.send(std::move(request), {}));
}

TEST_CASE("a request goes to where the server is, signed for its name") {
  FederationWorld world;
  world.set_well_known("a.example", R"({"m.server":"matrix.example:443"})");
  world.answer_with(200, R"({"answer":1})");

  const PeerResult result = send(world, request_to("a.example"));

  REQUIRE(result);
  CHECK(result->status == 200);
  CHECK(base::find_integer(result->body, "answer") == 1);
  const http::OutboundRequest sent = world.requests().at(0);
  CHECK(sent.method == http::Method::post);
  CHECK(sent.url == "https://matrix.example/_matrix/x?y");
  CHECK(sent.place->port == 443);
  CHECK(sent.place->authority == "matrix.example:443");
  CHECK(sent.body == R"({"a":2,"b":1})");
  CHECK(sent.headers.find("Content-Type") == "application/json");
  CHECK(sent.headers.find("Authorization")
            ->starts_with(R"(X-Matrix origin="example.org",destination="a.example",)"
                          R"(key="ed25519:own",sig=")"));
  CHECK(sent.chosen_by == http::ChosenBy::others);
  CHECK(sent.redirects == 0);
}

TEST_CASE("a request without a body says so") {
  FederationWorld world;
  PeerRequest request = request_to("a.example:8448");
  request.method = http::Method::get;
  request.content.reset();

  REQUIRE(send(world, std::move(request)));

  CHECK(world.requests().at(0).body.empty());
  CHECK_FALSE(world.requests().at(0).headers.find("Content-Type"));
}

TEST_CASE("a refusal is an answer, with JSON or without") {
  FederationWorld world;
  world.answer_with(403, R"({"errcode":"M_FORBIDDEN"})");
  CHECK(base::find_string(send(world, request_to("a.example"))->body, "errcode") == "M_FORBIDDEN");
  for (const std::string_view body : {"<html>", "", "[]", "{\"a\":1"}) {
    world.answer_with(502, std::string(body));
    const PeerResult result = send(world, request_to("a.example"));
    REQUIRE(result);
    CHECK(result->status == 502);
    CHECK(result->body.empty());
  }
}

TEST_CASE("a success that is no JSON object is none") {
  FederationWorld world;
  for (const std::string_view body : {"", "[]", "null", "{", "{\"a\":1,\"a\":2}"}) {
    world.answer_with(200, std::string(body));
    const PeerResult result = send(world, request_to("a.example"));
    REQUIRE_FALSE(result);
    CHECK(result.error() == OutboundFailure::bad_answer);
  }
}

TEST_CASE("where one place cannot be reached the next one is tried") {
  FederationWorld world;
  world.names.set_service("_matrix-fed._tcp.a.example",
                          {{.priority = 1, .weight = 0, .port = 443, .target = "one.example"},
                           {.priority = 2, .weight = 0, .port = 443, .target = "two.example"}});
  OutboundFailure failure = OutboundFailure::unreachable;
  world.answer_by([&](const http::OutboundRequest& request) -> http::OutboundResult {
    if (request.place->host == "one.example") return std::unexpected(failure);
    return http::OutboundResponse{.status = 200, .headers = {}, .body = "{}", .url = {}};
  });

  for (const OutboundFailure each : {OutboundFailure::unreachable, OutboundFailure::unresolvable,
                                     OutboundFailure::refused_address}) {
    failure = each;
    CHECK(send(world, request_to("a.example")));
  }
  failure = OutboundFailure::unreachable;
  PeerRequest once = request_to("a.example");
  once.may_be_repeated = false;
  CHECK(send(world, once).error() == OutboundFailure::unreachable);
  failure = OutboundFailure::too_large;
  CHECK(send(world, request_to("a.example")).error() == OutboundFailure::too_large);
}

TEST_CASE("a server that is nowhere is not asked") {
  FederationWorld world;
  world.names.set_service("_matrix-fed._tcp.a.example", {{.target = "."}});

  CHECK(send(world, request_to("a.example")).error() == OutboundFailure::unresolvable);
  CHECK(world.requests().empty());
}

TEST_CASE("one time holds for finding the server and asking it") {
  FederationWorld world;
  world.answer_by([](const http::OutboundRequest&) { return std::nullopt; });
  const runtime::SteadyTime begun = world.scheduler.clock().steady_now();

  CHECK(send(world, request_to("a.example")).error() == OutboundFailure::timed_out);
  CHECK(world.scheduler.clock().steady_now() - begun <= 5s);

  world.names.fall_silent();
  const runtime::SteadyTime again = world.scheduler.clock().steady_now();
  CHECK(send(world, request_to("a.example")).error() == OutboundFailure::timed_out);
  CHECK(world.scheduler.clock().steady_now() - again <= 5s);
}

TEST_CASE("a request that nobody waits for any more ends") {
  FederationWorld world;
  runtime::CancelSource source;
  source.cancel();

  CHECK_THROWS_AS(static_cast<void>(world.scheduler.run(
                      world.client.send(request_to("a.example"), source.token()))),
                  runtime::Cancelled);
  CHECK(world.outside.requests().empty());
}

}  // namespace
}  // namespace chancery::federation
