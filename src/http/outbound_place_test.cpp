// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Requests that go elsewhere than their URL says, and redirects that may not leave encryption.
#include "http/outbound_client.hpp"
#include "tests/support/outbound_world.hpp"

#include <doctest/doctest.h>

namespace chancery::http {
namespace {

constexpr const char* kPublic = "93.184.216.34";
constexpr const char* kOther = "93.184.216.99";
constexpr const char* kPrivate = "10.0.0.1";

TEST_CASE("a server that is elsewhere than its URL says is found, and known by its own name") {
  OutboundWorld world;
  world.resolver.set("matrix1.example", {kPublic});
  world.serve_tls(kPublic, "a.example", 8443);
  OutboundRequest request{
      .url = "https://a.example/x",
      .place = Place{.host = "matrix1.example", .port = 8443, .authority = "a.example"}};

  const auto answer = world.send(request);

  REQUIRE(answer);
  CHECK(answer->body == "hello");
  CHECK(world.received.at(0).find("Host") == "a.example");
  CHECK(world.resolver.asked() == std::vector<std::string>{"matrix1.example"});
  CHECK(world.network.attempts().at(0).port == 8443);
}

TEST_CASE("a server elsewhere whose certificate is for its place alone is not asked") {
  OutboundWorld world;
  world.resolver.set("matrix1.example", {kPublic});
  world.serve_tls(kPublic, "matrix1.example", 8443);

  CHECK(world.failure_of(
            {.url = "https://a.example/x",
             .place = Place{.host = "matrix1.example", .port = 8443, .authority = "a.example"}}) ==
        OutboundFailure::unreachable);
  CHECK(world.received.empty());
}

TEST_CASE("the Host field of a place may name the usual port") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve_tls(kPublic, "a.example", 443);

  REQUIRE(
      world.send({.url = "https://a.example:443/x",
                  .place = Place{.host = "a.example", .port = 443, .authority = "a.example:443"}}));
  CHECK(world.received.at(0).find("Host") == "a.example:443");
}

TEST_CASE("a place leads around no rule, whichever of the names it is about") {
  OutboundWorld world({OutboundRules::Openness::open,
                       DestinationList::parse(std::vector<std::string>{"a.example"}).value(),
                       DestinationList::parse(std::vector<std::string>{"denied.example"}).value()});
  world.resolver.set("inside.example", {kPrivate});
  world.resolver.set("outside.example", {kPublic});
  world.resolver.set("denied.example", {kPublic});
  const auto failure = [&](const std::string& url, const std::string& host) {
    return world.failure_of(
        {.url = url, .place = Place{.host = host, .port = 8448, .authority = "a.example"}});
  };

  // What the operator allows by name is allowed at its own address, not at any record's.
  CHECK(failure("https://a.example/", "inside.example") == OutboundFailure::refused_address);
  CHECK(failure("https://a.example/", "10.0.0.1") == OutboundFailure::refused_address);
  CHECK(failure("https://a.example/", "denied.example") == OutboundFailure::refused_address);
  CHECK(failure("https://denied.example/", "outside.example") == OutboundFailure::refused_address);
  CHECK(world.connected().empty());
}

TEST_CASE("a place that is none is refused before anything is asked") {
  OutboundWorld world;
  for (const std::string authority :
       {"", "a.example\r\nX: y", "user@a.example", "a.example/x", "a.example:0", "a b"}) {
    CAPTURE(authority);
    CHECK(world.failure_of(
              {.url = "https://a.example/",
               .place = Place{.host = "a.example", .port = 8448, .authority = authority}}) ==
          OutboundFailure::bad_url);
  }
  CHECK(world.failure_of(
            {.url = "https://a.example/",
             .place = Place{.host = "a.example", .port = 0, .authority = "a.example"}}) ==
        OutboundFailure::bad_url);
  CHECK(world.resolver.asked().empty());
}

TEST_CASE("two ports of one host share no connection") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.serve_tls(kPublic, "a.example", 8448);
  world.serve_tls(kPublic, "a.example", 443);
  const OutboundRequest request{
      .url = "https://a.example/",
      .place = Place{.host = "a.example", .port = 8448, .authority = "a.example"}};

  CHECK(world.send(request));
  CHECK(world.get("https://a.example/"));
  CHECK(world.send(request));

  REQUIRE(world.network.attempts().size() == 2);
  CHECK(world.network.attempts().at(1).port == 443);
}

TEST_CASE("a redirect from a place leads to where its URL says") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.resolver.set("matrix1.example", {kOther});
  world.serve_tls(kOther, "a.example", 8448);
  world.serve_tls(kPublic, "a.example", 443);
  world.answer_by = [&](const Request& request) {
    return request.path == "/old" ? redirect_to("/new") : Response{};
  };

  CHECK(world.send(
      {.url = "https://a.example/old",
       .redirects = 1,
       .place = Place{.host = "matrix1.example", .port = 8448, .authority = "a.example"}}));
  CHECK(world.connected() == std::vector<std::string>{kOther, kPublic});
}

TEST_CASE("a redirect to where nothing is encrypted is refused where that is asked for") {
  OutboundWorld world;
  world.resolver.set("a.example", {kPublic});
  world.resolver.set("b.example", {kOther});
  world.serve_tls(kPublic, "a.example");
  world.serve(kOther);
  world.answer_by = [](const Request& request) {
    return request.headers.find("Host") == "a.example" ? redirect_to("http://b.example/")
                                                       : Response{};
  };

  CHECK(world.get("https://a.example/", 2));
  CHECK(world.failure_of(
            {.url = "https://a.example/", .redirects = 2, .downgrade = Downgrade::refused}) ==
        OutboundFailure::bad_url);
}

}  // namespace
}  // namespace chancery::http
