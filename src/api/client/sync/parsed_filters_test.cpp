// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/client/sync/parsed_filters.hpp"

#include "protocol/api_error.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace chancery::client {
namespace {

TEST_CASE("filters of one text are one filter, others are others") {
  ParsedFilters filters;
  const auto first = filters.get(R"({"room":{"timeline":{"limit":3}}})");
  const auto again = filters.get(R"({"room":{"timeline":{"limit":3}}})");
  const auto other = filters.get(R"({"room":{"timeline":{"limit":4}}})");

  CHECK(first == again);
  CHECK(first != other);
  CHECK(first->room.timeline.events.limit == 3);
  CHECK(other->room.timeline.events.limit == 4);
}

TEST_CASE("what is no filter is refused each time and never kept") {
  ParsedFilters filters;
  for (int i = 0; i < 2; ++i) {
    CHECK_THROWS_AS((void)filters.get("{"), protocol::ApiError);
    CHECK_THROWS_AS((void)filters.get(R"({"room":{"timeline":{"limit":"3"}}})"),
                    protocol::ApiError);
  }
  CHECK(filters.size() == 0);
}

TEST_CASE("however many filters come, few are kept, and long ones are not") {
  ParsedFilters filters;
  for (std::size_t i = 0; i < 3 * ParsedFilters::kMostKept; ++i) {
    const auto filter = filters.get(fmt::format(R"({{"room":{{"timeline":{{"limit":{}}}}}}})", i));
    REQUIRE(filter->room.timeline.events.limit == i);
    REQUIRE(filters.size() <= ParsedFilters::kMostKept);
  }
  const std::size_t before = filters.size();
  const std::string text =
      fmt::format(R"({{"event_fields":["{}"]}})", std::string(ParsedFilters::kMostBytes, 'a'));
  CHECK(filters.get(text)->event_fields.has_value());
  CHECK(filters.size() == before);
}

}  // namespace
}  // namespace chancery::client
