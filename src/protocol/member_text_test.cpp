// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/member_text.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

TEST_CASE("each member of a compact object is found with its own text") {
  const std::string_view text =
      R"({"a":1,"b":"x","c":{"a":2,"d":[{"b":3}]},"d":[1,[2]],"e":null,"f":""})";
  const base::Json object = *base::parse_json(text);
  for (const auto& member : object.get_object()) {
    CAPTURE(member.key());
    const auto found = find_member_text(text, member.key());
    REQUIRE(found);
    CHECK(*found == base::to_text(member.value()));
  }
}

TEST_CASE("quotes, braces and backslashes inside strings end nothing") {
  const std::string_view text = R"({"a\"b":"}","c":"\\","d":{"e":"\"}]\\"},"f":7})";
  CHECK(find_member_text(text, "c") == R"("\\")");
  CHECK(find_member_text(text, "d") == R"({"e":"\"}]\\"})");
  CHECK(find_member_text(text, "f") == "7");
}

TEST_CASE("a member that is only inside another is not found") {
  CHECK_FALSE(find_member_text(R"({"a":{"content":1},"b":["content"]})", "content"));
  CHECK_FALSE(find_member_text(R"({"a":"\"content\":1"})", "content"));
}

TEST_CASE("text that is no whole object has no members") {
  for (const std::string_view text :
       {"", "{", "{}", "[1]", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"", "{\"a\":[1}",
        "{\"a\":]}", "{\"a\":}", "{\"a\":,\"b\":1}", "{\"a\":\"\\", "{a:1}"}) {
    CAPTURE(text);
    CHECK_FALSE(find_member_text(text, "a"));
  }
}

}  // namespace
}  // namespace chancery::protocol
