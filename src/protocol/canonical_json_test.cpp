// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/canonical_json.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <utility>

namespace chancery::protocol {
namespace {

std::string canonical(std::string_view text, base::JsonRules rules = base::JsonRules::canonical) {
  const auto value = base::parse_json(text, rules);
  return value ? canonical_json(*value) : "refused: " + value.error().reason;
}

TEST_CASE("the specification's examples of canonical JSON hold") {
  CHECK(canonical("{}") == "{}");
  CHECK(canonical(R"({ "one": 1, "two": "Two" })") == R"({"one":1,"two":"Two"})");
  CHECK(canonical(R"({ "b": "2", "a": "1" })") == R"({"a":"1","b":"2"})");
  CHECK(canonical(R"({"b":"2","a":"1"})") == R"({"a":"1","b":"2"})");
  CHECK(canonical(R"({"auth":{"success":true,"mxid":"@john.doe:example.com","profile":
      {"display_name":"John Doe","three_pids":[{"medium":"email","address":"john.doe@example.org"},
      {"medium":"msisdn","address":"123456789"}]}}})") ==
        R"({"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe",)"
        R"("three_pids":[{"address":"john.doe@example.org","medium":"email"},)"
        R"({"address":"123456789","medium":"msisdn"}]},"success":true}})");
  CHECK(canonical(R"({ "a": "日本語" })") == R"({"a":"日本語"})");
  CHECK(canonical(R"({ "本": 2, "日": 1 })") == R"({"日":1,"本":2})");
  CHECK(canonical(R"({ "a": "\u65E5" })") == R"({"a":"日"})");
  CHECK(canonical(R"({ "a": null })") == R"({"a":null})");
  CHECK(canonical(R"({ "a": -0, "b": 1e10 })") == R"({"a":0,"b":10000000000})");
}

TEST_CASE("keys are sorted by code point, not by UTF-16 unit") {
  CHECK(canonical(R"({"\uD83D\uDE00":1,"\uFF5E":2,"":3,"a":4,"B":5})") ==
        R"({"":3,"B":5,"a":4,"～":2,"😀":1})");
}

TEST_CASE("strings have the shortest escapes that JSON has") {
  CHECK(
      canonical(R"("\u0000\u0007\u0008\u0009\u000A\u000b\u000C\u000D\u001F\u0022\u005C\u002F")") ==
      R"("\u0000\u0007\b\t\n\u000b\f\r\u001f\"\\/")");
  CHECK(canonical("\"\x7F\xC2\x80\xE2\x80\xA8\"") == "\"\x7F\xC2\x80\xE2\x80\xA8\"");
}

TEST_CASE("an object of many members is sorted as one of few") {
  std::string text = "{";
  std::string expected = "{";
  for (int key = 99; key >= 10; --key) text += "\"" + std::to_string(key) + "\":0,";
  for (int key = 10; key <= 99; ++key) expected += "\"" + std::to_string(key) + "\":0,";
  text.back() = '}';
  expected.back() = '}';

  CHECK(canonical(text) == expected);
}

TEST_CASE("fractions of old rooms are written as the servers of that time wrote them") {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kExamples{
      {{"1.5", "1.5"},
       {"1.0", "1.0"},
       {"-0.0", "-0.0"},
       {"0.0001", "0.0001"},
       {"0.00001", "1e-05"},
       {"1e15", "1000000000000000.0"},
       {"1e16", "1e+16"},
       {"123456789012345680.0", "1.2345678901234568e+17"},
       {"1e-300", "1e-300"},
       {"100.25", "100.25"},
       {"9007199254740993", "9007199254740993"},
       {"18446744073709551615", "18446744073709551615"}}};
  for (const auto& [text, expected] : kExamples) {
    CHECK(canonical(text, base::JsonRules::plain) == expected);
  }
}

TEST_CASE("members left out are left out at the top only") {
  const auto value = base::parse_json(R"({"z":{"a":1,"b":2},"b":3,"a":4})");

  CHECK(canonical_json_without(value->get_object(), {"a"}) == R"({"b":3,"z":{"a":1,"b":2}})");
}

base::Json random_value(std::mt19937& random, int depth) {
  static const std::array<std::string, 6> kTexts = {"",  "a",  "\n\"\\",
                                                    "ü", "😀", std::string("\0x", 2)};
  switch (random() % (depth == 0 ? 4 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random()) - 2'000'000'000;
    case 3:
      return base::Json(kTexts[random() % kTexts.size()]);
    case 4: {
      base::JsonArray array;
      for (auto left = random() % 4; left > 0; --left)
        array.push_back(random_value(random, depth - 1));
      return array;
    }
    default: {
      base::JsonObject object;
      for (auto left = random() % 5; left > 0; --left) {
        object[kTexts[random() % kTexts.size()] + std::to_string(random() % 30)] =
            random_value(random, depth - 1);
      }
      return object;
    }
  }
}

TEST_CASE("canonical text reads back as the same value and is its own canonical text") {
  std::mt19937 random(20260314);
  for (int round = 0; round < 2'000; ++round) {
    const base::Json value = random_value(random, 5);
    const std::string text = canonical_json(value);

    const auto again = base::parse_json(text, base::JsonRules::exact);

    REQUIRE(again);
    CHECK(*again == value);
    CHECK(canonical_json(*again) == text);
  }
}

}  // namespace
}  // namespace chancery::protocol
