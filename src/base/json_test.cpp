// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include "base/append_number.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

using namespace std::string_view_literals;

namespace chancery::base {
namespace {

std::string reason(std::string_view text, JsonRules rules = JsonRules::plain) {
  const auto value = parse_json(text, rules);
  return value ? "accepted" : value.error().reason;
}

std::string reread(std::string_view text, JsonRules rules = JsonRules::plain) {
  const auto value = parse_json(text, rules);
  return value ? to_text(*value) : "refused: " + value.error().reason;
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_CASE("every kind of value is read") {
  CHECK(reread("null") == "null");
  CHECK(reread(" true ") == "true");
  CHECK(reread("\tfalse\r\n") == "false");
  CHECK(reread("\"text\"") == "\"text\"");
  CHECK(reread("-12") == "-12");
  CHECK(reread("1.5") == "1.5");
  CHECK(reread("[ ]") == "[]");
  CHECK(reread("{ }") == "{}");
  CHECK(reread(R"( { "b" : [ 1 , 2 ] , "a" : { } } )") == R"({"b":[1,2],"a":{}})");
}

TEST_CASE("a duplicate key is refused at its place, however it is spelt") {
  const auto value = parse_json(R"({"a":1,"a":2})");

  REQUIRE_FALSE(value);
  CHECK(value.error().reason == "duplicate key");
  CHECK(value.error().offset == 7);
  CHECK(reason(R"({"a":1,"\u0061":2})") == "duplicate key");
  CHECK(reason(R"({"a":{"b":1,"b":1}})") == "duplicate key");
}

TEST_CASE("a duplicate key is found among many") {
  std::string text = "{";
  for (int key = 0; key < 5'000; ++key) text += "\"k" + std::to_string(key) + "\":0,";

  CHECK(reason(text + "\"last\":0}") == "accepted");
  CHECK(reason(text + "\"k17\":0}") == "duplicate key");
}

TEST_CASE("a hundred levels are read and one more is not") {
  CHECK(reason(nested(100)) == "accepted");
  CHECK(reason(nested(101)) == "nested too deeply");
  CHECK(reason(std::string(1'000'000, '[')) == "nested too deeply");
}

TEST_CASE("text that is no JSON is refused") {
  for (const char* text :
       {"",          " ",        "{",          "[",       "[1",        "[1,", "[1,]",
        "{\"a\"}",   "{\"a\":}", "{\"a\":1,}", "{a:1}",   "{'a':1}",   "nul", "nullx",
        "tru",       "\"",       "\"a",        "[1 2]",   "{\"a\" 1}", "NaN", "Infinity",
        "-Infinity", "-",        "+1",         "01",      "-01",       ".5",  "1.",
        "1e",        "1e+",      "0x10",       "// c\n1", "[1]]"}) {
    CAPTURE(text);
    CHECK(reason(text) != "accepted");
  }
}

TEST_CASE("text after the value is refused") {
  CHECK(reason("{} {}") == "text after the value");
  CHECK(reason("{}\0"sv) == "text after the value");
}

TEST_CASE("a byte order mark is refused") { CHECK(reason("\xEF\xBB\xBF{}") == "byte order mark"); }

TEST_CASE("bytes that are not UTF-8 are refused") {
  CHECK(reason("\"\xFF\"") == "not UTF-8");
  CHECK(reason("\"\x80\"") == "not UTF-8");
  CHECK(reason("\"\xC0\x80\"") == "not UTF-8");
  CHECK(reason("\"\xE0\x80\x80\"") == "not UTF-8");
  CHECK(reason("\"\xED\xA0\x80\"") == "not UTF-8");
  CHECK(reason("\"\xF4\x90\x80\x80\"") == "not UTF-8");
  CHECK(reason("\"\xE2\x82") == "not UTF-8");
  CHECK(reason("\"plain text and then \xE2\x82\"") == "not UTF-8");
}

TEST_CASE("a character that needs an escape is found wherever it stands, and no other") {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (unsigned byte = 1; byte < 256; ++byte) {
        std::string text(length, 'a');
        text[at] = static_cast<char>(byte);
        std::string quoted;
        append_quoted(quoted, text);
        const bool needs = byte < 0x20 || byte == '"' || byte == '\\';
        REQUIRE((quoted.size() > length + 2) == needs);
        if (needs) REQUIRE(quoted[at + 1] == '\\');
        if (!needs) REQUIRE(quoted == '"' + text + '"');
      }
    }
  }
}

TEST_CASE("whole numbers are appended as decimal text") {
  std::string out = "n";
  append_number(out, 0);
  append_number(out, std::numeric_limits<std::int64_t>::min());
  append_number(out, std::numeric_limits<std::uint64_t>::max());
  append_number(out, std::uint8_t{255});
  CHECK(out == "n0-922337203685477580818446744073709551615255");
}

TEST_CASE("escapes become the characters they name") {
  CHECK(reread(R"("\"\\\/\b\f\n\r\t")") == R"("\"\\/\b\f\n\r\t")");
  CHECK(reread(R"("\u65E5\u65e5")") == "\"日日\"");
  CHECK(reread(R"("\uD83D\uDE00")") == "\"😀\"");
  CHECK(reread(R"("\u001f\u007f")") == "\"\\u001f\x7f\"");
  CHECK(reread(R"("before\u0041after")") == "\"beforeAafter\"");
}

TEST_CASE("NUL may stand in a string as an escape, never as a byte") {
  CHECK(reread(R"("a\u0000b")") == R"("a\u0000b")");
  CHECK(reason("\"a\0b\""sv) == "control character in a string");
}

TEST_CASE("half a surrogate pair is refused") {
  CHECK(reason(R"("\uD83D")") == "lone surrogate");
  CHECK(reason(R"("\uDE00")") == "lone surrogate");
  CHECK(reason(R"("\uD83D\u0041")") == "lone surrogate");
  CHECK(reason(R"("\uD83Dxxxxxx")") == "lone surrogate");
  CHECK(reason(R"("\u12")") != "accepted");
  CHECK(reason(R"("\u12g4")") != "accepted");
  CHECK(reason(R"("\x41")") == "unknown escape");
}

TEST_CASE("control characters in strings are refused wherever they stand") {
  for (std::size_t before = 0; before < 20; ++before) {
    CHECK(reason('"' + std::string(before, 'x') + "\n" + std::string(20, 'x') + '"') ==
          "control character in a string");
  }
}

TEST_CASE("plain numbers keep their kind and value") {
  CHECK(parse_json("9223372036854775807")->get_int64() == INT64_MAX);
  CHECK(parse_json("-9223372036854775808")->get_int64() == INT64_MIN);
  CHECK(parse_json("18446744073709551615")->get_uint64() == UINT64_MAX);
  CHECK(parse_json("18446744073709551616")->get_double() == 18446744073709551616.0);
  CHECK(parse_json("0.1")->get_double() == 0.1);
  CHECK(parse_json("1e-5")->get_double() == 1e-5);
  CHECK(parse_json("-0")->get_int64() == 0);
}

TEST_CASE("numbers beyond every double are refused") {
  CHECK(reason("1e400") == "number out of range");
  CHECK(reason("-1E400") == "number out of range");
  CHECK(reason(std::string(400, '9')) == "number out of range");
}

TEST_CASE("canonical rules take integers within 2^53, whatever their spelling") {
  const auto rules = JsonRules::canonical;
  CHECK(reread("9007199254740991", rules) == "9007199254740991");
  CHECK(reread("-9007199254740991", rules) == "-9007199254740991");
  CHECK(reread("-0", rules) == "0");
  CHECK(reread("-0.0e7", rules) == "0");
  CHECK(reread("1e10", rules) == "10000000000");
  CHECK(reread("1.0", rules) == "1");
  CHECK(reread("1.50e1", rules) == "15");
  CHECK(reread("0.001E3", rules) == "1");
  CHECK(reread("2500e-2", rules) == "25");
  CHECK(reread("0e999999999999", rules) == "0");
  CHECK(parse_json("1e10", rules)->is_int64());
}

TEST_CASE("canonical rules refuse what is no integer or too large") {
  const auto rules = JsonRules::canonical;
  CHECK(reason("1.5", rules) == "fraction where an integer must stand");
  CHECK(reason("1e-1", rules) == "fraction where an integer must stand");
  CHECK(reason("1e-99999999", rules) == "fraction where an integer must stand");
  CHECK(reason("9007199254740991.4", rules) == "fraction where an integer must stand");
  CHECK(reason("9007199254740992", rules) == "number out of range");
  CHECK(reason("-9007199254740992", rules) == "number out of range");
  CHECK(reason("1e400", rules) == "number out of range");
  CHECK(reason("1e99999999999999999999", rules) == "number out of range");
  CHECK(reason(std::string(20'000, '1'), rules) == "number too long");
  CHECK(reason(R"({"a":[{"b":1.5}]})", rules) != "accepted");
}

TEST_CASE("exact rules also refuse the spellings that canonical JSON does not have") {
  const auto rules = JsonRules::exact;
  CHECK(reread("10", rules) == "10");
  CHECK(reason("1e1", rules) == "number with fraction or exponent");
  CHECK(reason("1.0", rules) == "number with fraction or exponent");
  CHECK(reason("-0", rules) == "negative zero");
}

TEST_CASE("a value that only canonical JSON can say is told from one it cannot") {
  CHECK(is_canonical(*parse_json(R"({"a":[1,"x",null,true,{"b":-5}]})")));
  CHECK_FALSE(is_canonical(*parse_json(R"({"a":[1.5]})")));
  CHECK_FALSE(is_canonical(*parse_json(R"([{"a":9007199254740992}])")));
  CHECK_FALSE(is_canonical(*parse_json("18446744073709551615")));
}

TEST_CASE("depth of a built value is measured as the reader measures it") {
  CHECK(is_within_depth(*parse_json(nested(100))));
  JsonArray deeper;
  deeper.push_back(*parse_json(nested(100)));
  CHECK_FALSE(is_within_depth(Json(deeper)));
  CHECK(is_within_depth(Json(1), 0));
}

TEST_CASE("a negative zero with a fraction keeps its sign when it is written") {
  CHECK(reread("-0e1") == "-0.0");
  CHECK(reread("-0.0") == "-0.0");
  CHECK(reread("0.0") == "0");
}

TEST_CASE("a number that no text can hold is written as null") {
  CHECK(to_text(Json(std::numeric_limits<double>::infinity())) == "null");
}

TEST_CASE("a reader of a member is absent for another type") {
  const auto object = parse_json(R"({"s":"x","i":3,"b":false,"o":{},"a":[]})")->as_object();

  CHECK(find_string(object, "s") == "x");
  CHECK(find_integer(object, "i") == 3);
  CHECK(find_bool(object, "b") == false);
  CHECK(find_object(object, "o") != nullptr);
  CHECK(find_array(object, "a") != nullptr);
  CHECK_FALSE(find_string(object, "i"));
  CHECK_FALSE(find_integer(object, "s"));
  CHECK_FALSE(find_bool(object, "none"));
  CHECK(find_object(object, "a") == nullptr);
  CHECK(find_array(object, "o") == nullptr);
}

TEST_CASE("values are built in the storage that is given") {
  boost::json::monotonic_resource memory;
  const auto value = parse_json(R"({"a":["a text too long to lie in the value itself"]})",
                                JsonRules::plain, &memory);

  const boost::json::storage_ptr expected(&memory);
  CHECK(value->storage() == expected);
  CHECK(value->at("a").at(0).storage() == expected);
}

}  // namespace
}  // namespace chancery::base
