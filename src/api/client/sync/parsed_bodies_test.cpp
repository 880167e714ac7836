// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/sync/parsed_bodies.hpp"

#include "protocol/api_error.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace chancery::client {
namespace {

using sync::SlidingFace;

std::string list_of(std::size_t events) {
  return fmt::format(R"({{"lists":{{"all":{{"timeline_limit":{},"required_state":[)"
                     R"(["m.room.member","$ME"]]}}}}}})",
                     events);
}

TEST_CASE("bodies of one text have one set of rules, others have others") {
  ParsedBodies bodies(SlidingFace::unstable);
  const auto first = bodies.get(list_of(3));
  const auto again = bodies.get(list_of(3));
  const auto other = bodies.get(list_of(4));

  CHECK(first.rules == again.rules);
  CHECK(first.rules != other.rules);
  CHECK(first.rules->lists.at("all").config.timeline_limit == 3);
  CHECK(other.rules->lists.at("all").config.timeline_limit == 4);
}

TEST_CASE("what is no body is refused each time and never kept") {
  ParsedBodies bodies(SlidingFace::unstable);
  for (int i = 0; i < 2; ++i) {
    CHECK_THROWS_AS((void)bodies.get("{"), protocol::ApiError);
    CHECK_THROWS_AS((void)bodies.get("[]"), protocol::ApiError);
    CHECK_THROWS_AS((void)bodies.get(R"({"lists":[]})"), protocol::ApiError);
  }
  CHECK(bodies.size() == 0);
  CHECK(bodies.get("").rules->lists.empty());
}

TEST_CASE("a body that says how far its client has come is not kept") {
  ParsedBodies stable(SlidingFace::stable);
  CHECK(stable.get(R"({"pos":"s1_2_3"})").pos == "s1_2_3");
  CHECK(stable.get(R"({"extensions":{"to_device":{"enabled":true,"since":"7"}}})")
            .extensions.to_device->since == storage::StreamPosition{7});
  (void)stable.get(R"({"extensions":{"org.matrix.msc4354.sticky_events":{)"
                   R"("enabled":true,"since":"7"}}})");
  CHECK(stable.size() == 0);

  ParsedBodies deployed(SlidingFace::unstable);
  CHECK(deployed.get(R"({"txn_id":"1"})").transaction == "1");
  CHECK(deployed.size() == 0);
}

TEST_CASE("however many bodies come, few are kept, and long ones are not") {
  ParsedBodies bodies(SlidingFace::unstable);
  for (std::size_t i = 0; i < 3 * ParsedBodies::kMostKept; ++i) {
    const auto body = bodies.get(fmt::format(R"({{"conn_id":"{}"}})", i));
    REQUIRE(body.connection == fmt::format("{}", i));
    REQUIRE(bodies.size() <= ParsedBodies::kMostKept);
  }
  ParsedBodies others(SlidingFace::unstable);
  (void)others.get("{" + std::string(ParsedBodies::kMostBytes, ' ') + "}");
  CHECK(others.size() == 0);
}

}  // namespace
}  // namespace chancery::client
