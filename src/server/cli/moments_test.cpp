// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/moments.hpp"

#include "base/dates.hpp"

#include <doctest/doctest.h>

namespace chancery::cli {
namespace {

// 2026-11-29T05:24:25.678Z
constexpr base::Timestamp kNow{1'795'929'865'678};

std::string read(std::string_view text) {
  const auto moment = parse_moment(text, kNow);
  return moment ? base::moment_text(*moment) : "";
}

TEST_CASE("a moment is a time ago or a day") {
  CHECK(base::moment_text(kNow) == "2026-11-29T05:24:25Z");
  CHECK(read("30m") == "2026-11-29T04:54:25Z");
  CHECK(read("12h") == "2026-11-28T17:24:25Z");
  CHECK(read("7d") == "2026-11-22T05:24:25Z");
  CHECK(read("0d") == "2026-11-29T05:24:25Z");
  CHECK(read("2026-11-29") == "2026-11-29T00:00:00Z");
  CHECK(read("2024-02-29") == "2024-02-29T00:00:00Z");
  CHECK(read("1970-01-01") == "1970-01-01T00:00:00Z");
}

TEST_CASE("what is no moment is refused") {
  for (const std::string_view text :
       {"",           "d",           "7",           "7w",
        "-7d",        "+7d",         " 7d",         "7d ",
        "1.5h",       "4294967296d", "4294967295d", "99999d",
        "2026-11-31", "2026-02-29",  "2026-13-01",  "2026-00-10",
        "2026-1-1",   "1969-12-31",  "2026/11/29",  "2026-11-29T00:00:00Z",
        "20261129",   "-026-11-29"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_moment(text, kNow));
  }
}

}  // namespace
}  // namespace chancery::cli
