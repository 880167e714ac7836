// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/byte_range.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::media_api {
namespace {

// "begin+length", "whole" or "unsatisfiable".
std::string chosen(std::string_view field, std::uint64_t size = 100) {
  const RangeVerdict verdict = choose_range(field, size);
  if (std::holds_alternative<WholeContent>(verdict)) return "whole";
  if (std::holds_alternative<UnsatisfiableRange>(verdict)) return "unsatisfiable";
  const auto& range = std::get<ByteRange>(verdict);
  return fmt::format("{}+{}", range.begin, range.length);
}

}  // namespace

TEST_CASE("one range is taken as far as there is content") {
  CHECK(chosen("bytes=0-0") == "0+1");
  CHECK(chosen("bytes=10-19") == "10+10");
  CHECK(chosen("bytes=10-") == "10+90");
  CHECK(chosen("bytes=90-1000") == "90+10");
  CHECK(chosen("bytes=-30") == "70+30");
  CHECK(chosen("bytes=-1000") == "0+100");
}

TEST_CASE("a range beyond the content is unsatisfiable") {
  CHECK(chosen("bytes=100-") == "unsatisfiable");
  CHECK(chosen("bytes=100-200") == "unsatisfiable");
  CHECK(chosen("bytes=-0") == "unsatisfiable");
  CHECK(chosen("bytes=0-", 0) == "unsatisfiable");
  CHECK(chosen("bytes=-5", 0) == "unsatisfiable");
}

TEST_CASE("what is no single byte range gets the whole") {
  for (const char* field :
       {"", "bytes=", "bytes=-", "bytes=5", "bytes=9-5", "bytes=0-1,5-6", "items=0-1", "bytes=a-b",
        "bytes= 0-1", "bytes=+1-2", "bytes=--1", "bytes=18446744073709551616-"}) {
    CAPTURE(field);
    CHECK(chosen(field) == "whole");
  }
}

}  // namespace chancery::media_api
