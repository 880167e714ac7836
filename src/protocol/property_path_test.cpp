// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/property_path.hpp"

#include <doctest/doctest.h>

namespace chancery::protocol {
namespace {

base::JsonObject object(std::string_view text) { return base::parse_json(text)->as_object(); }

}  // namespace

TEST_CASE("a path is split at its dots, but not at those that are escaped") {
  CHECK(parse_property_path("content.body") == PropertyPath{"content", "body"});
  CHECK(parse_property_path(R"(content.m\.relates_to)") == PropertyPath{"content", "m.relates_to"});
  CHECK(parse_property_path(R"(content.m\\foo)") == PropertyPath{"content", R"(m\foo)"});
  CHECK(parse_property_path(R"(a\x.b)") == PropertyPath{R"(a\x)", "b"});
  CHECK(parse_property_path("") == PropertyPath{""});
  CHECK(parse_property_path(R"(a\)") == PropertyPath{R"(a\)"});
}

TEST_CASE("two spellings of a path have one canonical spelling") {
  CHECK(canonical_property_path(R"(content.a\x)") == R"(content.a\\x)");
  CHECK(canonical_property_path(R"(content.a\\x)") == R"(content.a\\x)");
  CHECK(canonical_property_path(R"(content.m\.mentions.room)") == R"(content.m\.mentions.room)");
}

TEST_CASE("only the named properties of an event are kept") {
  const base::JsonObject event =
      object(R"({"type":"t","content":{"body":"b","m.x":{"y":1,"z":2},"empty":{}},"sender":"s"})");

  const auto kept = keep_properties(
      event, {parse_property_path("content.body"), parse_property_path(R"(content.m\.x.y)"),
              parse_property_path("type"), parse_property_path("missing.at.all"),
              parse_property_path("type.deeper")});

  CHECK(kept == object(R"({"content":{"body":"b","m.x":{"y":1}},"type":"t"})"));
}

}  // namespace chancery::protocol
