// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/federation/server_discovery.hpp"

#include "tests/support/federation_world.hpp"

#include <doctest/doctest.h>

#include <map>

namespace chancery::federation {
namespace {

using namespace std::chrono_literals;
using runtime::ServiceRecord;
using support::FederationWorld;
using Texts = std::vector<std::string>;

std::string delegating_to(std::string_view server) {
  return R"({"m.server":")" + std::string(server) + R"("})";
}

ServiceRecord record(std::string target, std::uint16_t port = 443, std::uint16_t priority = 10,
                     std::uint16_t weight = 0) {
  return {.priority = priority, .weight = weight, .port = port, .target = std::move(target)};
}

TEST_CASE("step 1: an address is used as it is, at the port of the name or 8448") {
  FederationWorld world;

  CHECK(world.places_of("192.0.2.1") == Texts{"https://192.0.2.1 -> 192.0.2.1 8448 (192.0.2.1)"});
  CHECK(world.places_of("192.0.2.1:443") ==
        Texts{"https://192.0.2.1 -> 192.0.2.1 443 (192.0.2.1:443)"});
  CHECK(world.places_of("[2001:db8::1]") ==
        Texts{"https://[2001:db8::1] -> 2001:db8::1 8448 ([2001:db8::1])"});
  CHECK(world.places_of("[2001:db8::1]:8449") ==
        Texts{"https://[2001:db8::1] -> 2001:db8::1 8449 ([2001:db8::1]:8449)"});
  CHECK(world.outside.requests().empty());
  CHECK(world.names.asked().empty());
}

TEST_CASE("step 2: a name with a port is used as it is, without asking for anything") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("elsewhere.example"));
  world.names.set_service("_matrix-fed._tcp.a.example", {record("elsewhere.example")});

  CHECK(world.places_of("a.example:8449") ==
        Texts{"https://a.example -> a.example 8449 (a.example:8449)"});
  CHECK(world.places_of("A.Example:443") ==
        Texts{"https://a.example -> a.example 443 (a.example:443)"});
  CHECK(world.outside.requests().empty());
  CHECK(world.names.asked().empty());
}

TEST_CASE("step 3.1: a name that is delegated to an address") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("192.0.2.1"));
  world.set_well_known("b.example", delegating_to("[2001:db8::1]:443"));

  CHECK(world.places_of("a.example") == Texts{"https://192.0.2.1 -> 192.0.2.1 8448 (192.0.2.1)"});
  CHECK(world.places_of("b.example") ==
        Texts{"https://[2001:db8::1] -> 2001:db8::1 443 ([2001:db8::1]:443)"});
  CHECK(world.names.asked().empty());
}

TEST_CASE("step 3.2: a name that is delegated to a name with a port") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("matrix.example:443"));
  world.names.set_service("_matrix-fed._tcp.matrix.example", {record("elsewhere.example")});

  CHECK(world.places_of("a.example") ==
        Texts{"https://matrix.example -> matrix.example 443 (matrix.example:443)"});
  CHECK(world.names.asked().empty());
}

TEST_CASE("step 3.3: a name that is delegated to a name with a record") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("matrix.example"));
  world.names.set_service("_matrix-fed._tcp.matrix.example", {record("host1.example", 8450)});
  world.names.set_service("_matrix._tcp.matrix.example", {record("old.example")});
  world.names.set_service("_matrix-fed._tcp.a.example", {record("wrong.example")});

  CHECK(world.places_of("a.example") ==
        Texts{"https://matrix.example -> host1.example 8450 (matrix.example)"});
}

TEST_CASE("step 3.4: a name that is delegated to a name with a record of the old kind") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("matrix.example"));
  world.names.set_service("_matrix._tcp.matrix.example", {record("host1.example", 8450)});

  CHECK(world.places_of("a.example") ==
        Texts{"https://matrix.example -> host1.example 8450 (matrix.example)"});
  CHECK(world.names.asked() ==
        Texts{"_matrix-fed._tcp.matrix.example", "_matrix._tcp.matrix.example"});
}

TEST_CASE("step 3.5: a name that is delegated to a name without a record") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("matrix.example"));

  CHECK(world.places_of("a.example") ==
        Texts{"https://matrix.example -> matrix.example 8448 (matrix.example)"});
}

TEST_CASE("a delegated name is not asked whether it is delegated again") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("b.example"));
  world.set_well_known("b.example", delegating_to("a.example"));

  CHECK(world.places_of("a.example") == Texts{"https://b.example -> b.example 8448 (b.example)"});
  CHECK(world.well_known_asked() == 1);
}

TEST_CASE("steps 4 to 6: a name that is not delegated, with a record, an old one, and without") {
  FederationWorld world;
  world.names.set_service("_matrix-fed._tcp.new.example", {record("host1.example", 8450)});
  world.names.set_service("_matrix._tcp.new.example", {record("wrong.example")});
  world.names.set_service("_matrix._tcp.old.example", {record("host2.example", 8451)});

  CHECK(world.places_of("new.example") ==
        Texts{"https://new.example -> host1.example 8450 (new.example)"});
  CHECK(world.places_of("old.example") ==
        Texts{"https://old.example -> host2.example 8451 (old.example)"});
  CHECK(world.places_of("plain.example") ==
        Texts{"https://plain.example -> plain.example 8448 (plain.example)"});
}

TEST_CASE("a well-known file that is none leads on to the records") {
  for (const auto& [status, body] : std::map<unsigned, std::string>{
           {200, "{}"}, {201, delegating_to("x.example")}, {404, ""}, {500, "broken"}}) {
    FederationWorld world;
    world.set_well_known("a.example", body, "", status);
    CHECK(world.places_of("a.example") == Texts{"https://a.example -> a.example 8448 (a.example)"});
  }
  using enum http::OutboundFailure;
  for (const http::OutboundFailure failure :
       {unreachable, timed_out, too_large, bad_answer, refused_address, unresolvable}) {
    FederationWorld world;
    world.fail_well_known("a.example", failure);
    CHECK(world.places_of("a.example") == Texts{"https://a.example -> a.example 8448 (a.example)"});
  }
}

TEST_CASE("a delegation to what no host can be called is none") {
  FederationWorld world;
  for (const std::string_view server :
       {"-", "a..example", "127.1", "2130706433", "0x7f000001", "a.example:0", "..."}) {
    CAPTURE(server);
    world.set_well_known("a.example", delegating_to(server), "max-age=0");
    world.scheduler.advance(10min);
    CHECK(world.places_of("a.example") == Texts{"https://a.example -> a.example 8448 (a.example)"});
  }
}

TEST_CASE("a name that no host can have leads nowhere, and nobody is asked about it") {
  FederationWorld world;
  for (const std::string_view name :
       {"127.1", "2130706433", "0x7f000001", "a..example", "-a.b", "a.example:0", "..."}) {
    CAPTURE(name);
    CHECK(world.find(name).empty());
  }
  CHECK(world.outside.requests().empty());
  CHECK(world.names.asked().empty());
}

TEST_CASE("the well-known file is asked for within bounds, and never where it is not encrypted") {
  FederationWorld world;
  world.find("a.example");

  const http::OutboundRequest& request = world.outside.requests().at(0);
  CHECK(request.url == "https://a.example/.well-known/matrix/server");
  CHECK(request.chosen_by == http::ChosenBy::others);
  CHECK(request.longest_body == 50 * 1024);
  CHECK(request.long_body == http::LongBody::fails);
  CHECK(request.redirects == 5);
  CHECK(request.downgrade == http::Downgrade::refused);
  CHECK(request.time <= 10s);
  CHECK_FALSE(request.place);
}

TEST_CASE("records are tried by priority, those of one by the chance of their weights") {
  FederationWorld world;
  world.names.set_service("_matrix-fed._tcp.a.example",
                          {record("last.example", 443, 20), record("heavy.example", 443, 10, 90),
                           record("light.example", 443, 10, 10)});
  std::map<std::string, int> first;

  for (int i = 0; i < 1'000; ++i) {
    const auto found = world.find("a.example");
    REQUIRE(found.size() == 3);
    CHECK(found.at(2).place.host == "last.example");
    ++first[found.at(0).place.host];
  }

  CHECK(first["heavy.example"] > 850);
  CHECK(first["light.example"] > 50);
}

TEST_CASE("a record without a host says that there is no server, whatever addresses there are") {
  FederationWorld world;
  for (const std::string target : {"", "."}) {
    world.names.set_service("_matrix-fed._tcp.a.example", {record(target, 0)});
    CHECK(world.find("a.example").empty());
  }
}

TEST_CASE("records that lead to no host by name are passed over") {
  FederationWorld world;
  for (const std::string& target : std::vector<std::string>{
           "10.0.0.1", "[::1]", "127.1", "user@b.example", "b.example:80", "b.example/x",
           "b.example?x", "b example", "b.example\r\nX: y", std::string("b\0c", 3),
           std::string(300, 'b'), "b\xc3\xbc.example"}) {
    CAPTURE(target);
    world.names.set_service("_matrix-fed._tcp.a.example", {record(target)});
    CHECK(world.find("a.example").empty());
  }
  world.names.set_service("_matrix-fed._tcp.a.example",
                          {record("bad.example", 0), record("10.0.0.1"), record("Good.Example.")});
  CHECK(world.places_of("a.example") == Texts{"https://a.example -> good.example 443 (a.example)"});
}

TEST_CASE("of many records a few are tried") {
  FederationWorld world;
  std::vector<ServiceRecord> many;
  for (int i = 0; i < 10'000; ++i) many.push_back(record("h" + std::to_string(i) + ".example"));
  world.names.set_service("_matrix-fed._tcp.a.example", many);

  CHECK(world.find("a.example").size() == 3);
}

TEST_CASE("what a host says is remembered for as long as it says") {
  FederationWorld world;
  world.set_well_known("a.example", delegating_to("b.example:443"), "max-age=3600");
  world.find("a.example");

  world.scheduler.advance(59min);
  world.find("a.example");
  CHECK(world.well_known_asked() == 1);
  world.scheduler.advance(2min);
  world.find("a.example");
  CHECK(world.well_known_asked() == 2);
}

TEST_CASE("that a host says nothing is remembered, each time longer, up to an hour") {
  FederationWorld world;
  world.fail_well_known("a.example", http::OutboundFailure::timed_out);
  std::vector<std::chrono::minutes> pauses;

  for (int i = 0; i < 9; ++i) {
    world.find("a.example");
    const std::size_t asked = world.well_known_asked();
    std::chrono::minutes waited{0};
    while (world.well_known_asked() == asked) {
      world.scheduler.advance(1min);
      waited += 1min;
      world.find("a.example");
    }
    pauses.push_back(waited);
    // What was asked just now is the next one's beginning: nothing else asks.
  }

  CHECK(pauses == std::vector<std::chrono::minutes>{1min, 2min, 4min, 8min, 16min, 32min, 60min,
                                                    60min, 60min});
}

TEST_CASE("a host that cannot be asked for a while stays delegated, one that says no does not") {
  FederationWorld world;
  const Texts delegated{"https://b.example -> b.example 443 (b.example:443)"};
  world.set_well_known("a.example", delegating_to("b.example:443"), "max-age=3600");
  CHECK(world.places_of("a.example") == delegated);

  world.fail_well_known("a.example", http::OutboundFailure::unreachable);
  world.scheduler.advance(2h);
  CHECK(world.places_of("a.example") == delegated);
  world.set_well_known("a.example", "down", "", 503);
  world.scheduler.advance(2h);
  CHECK(world.places_of("a.example") == delegated);
  world.scheduler.advance(48h);
  CHECK(world.places_of("a.example") == Texts{"https://a.example -> a.example 8448 (a.example)"});

  world.set_well_known("a.example", delegating_to("b.example:443"), "max-age=3600");
  world.scheduler.advance(2h);
  CHECK(world.places_of("a.example") == delegated);
  world.set_well_known("a.example", "", "", 404);
  world.scheduler.advance(2h);
  CHECK(world.places_of("a.example") == Texts{"https://a.example -> a.example 8448 (a.example)"});
}

TEST_CASE("what is remembered of hosts is bounded, and what is asked again first is forgotten") {
  FederationWorld world;
  WellKnownServers few({.outbound = world.outside, .clock = world.scheduler.clock()}, 2);
  const auto ask = [&](const std::string& host) {
    static_cast<void>(world.scheduler.run(few.find(host, 30s, {})));
  };
  world.set_well_known("long.example", delegating_to("x.example"), "max-age=7200");
  world.set_well_known("short.example", delegating_to("x.example"), "max-age=600");
  ask("long.example");
  ask("short.example");
  ask("third.example");

  ask("long.example");
  CHECK(world.well_known_asked() == 3);
  ask("short.example");
  CHECK(world.well_known_asked() == 4);
}

}  // namespace
}  // namespace chancery::federation
