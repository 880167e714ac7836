// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/parameters.hpp"

#include <doctest/doctest.h>

namespace chancery::oauth {

TEST_CASE("parameters are decoded, and one without a value counts as absent") {
  const auto read = Parameters::parse("a=1+2&b=%C3%A9&c&d=&&e=%3D");
  REQUIRE(read.has_value());
  CHECK(read->get("a") == "1 2");
  CHECK(read->get("b") == "\xC3\xA9");
  CHECK_FALSE(read->has("c"));
  CHECK_FALSE(read->has("d"));
  CHECK(read->get("e") == "=");
  CHECK_FALSE(read->has("f"));
}

TEST_CASE("a name that comes twice, a bad escape, NUL and what is no UTF-8 are refused") {
  for (const std::string_view text :
       {std::string_view("a=1&a=2"), std::string_view("a=%"), std::string_view("a=%4"),
        std::string_view("a=%zz"), std::string_view("a=%00"), std::string_view("a=\0", 3),
        std::string_view("a=%FF"), std::string_view("%ED%A0%80=1"), std::string_view("a&a")}) {
    CAPTURE(text);
    CHECK_FALSE(Parameters::parse(text).has_value());
  }
  std::string many;
  for (std::size_t i = 0; i <= Parameters::kMost; ++i) many += "a" + std::to_string(i) + "=1&";
  CHECK_FALSE(Parameters::parse(many).has_value());
}

TEST_CASE("what is written is read as it was") {
  Parameters written;
  written.set("state", "a&b=c d/\xE2\x82\xAC\"<>");
  written.set("x", "1");
  written.set("x", "2");

  const auto read = Parameters::parse(written.text());
  REQUIRE(read.has_value());
  CHECK(read->get("state") == written.get("state"));
  CHECK(read->get("x") == "2");
}

}  // namespace chancery::oauth
