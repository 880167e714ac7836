// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/search_place.hpp"

#include "base/base64.hpp"

#include <doctest/doctest.h>

namespace chancery::search {
namespace {

TEST_CASE("a token reads as it was written, for the same request alone") {
  const SearchToken token{
      .place = {.below = {900},
                .from = {17},
                .shown = SearchPlace::Shown{.rank = 1.25, .order = 3, .event = {88}},
                .counted = 5},
      .group = SearchGroup::sender,
      .value = "@a|b:example.org"};
  const std::string text = write_search_token(token, "anna\ncake");
  CHECK(read_search_token(text, "anna\ncake") == token);
  CHECK_FALSE(read_search_token(text, "ben\ncake").has_value());
}

TEST_CASE("what is no token is refused") {
  for (const std::string& text :
       {std::string(), std::string("x"), std::string("s123"), std::string("%%%"),
        std::string(100'000, 'A'), base::encode_base64url("abc|1|2|3"),
        base::encode_base64url(std::string(60, '|'))}) {
    CAPTURE(text.substr(0, 40));
    CHECK_FALSE(read_search_token(text, "r").has_value());
  }
}

}  // namespace
}  // namespace chancery::search
