// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <doctest/doctest.h>

namespace chancery::base {
namespace {

TEST_CASE("every code point but the surrogates survives being written and read") {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    std::string text;
    append_utf8(text, code_point);
    const bool is_surrogate = code_point >= 0xD800 && code_point < 0xE000;
    const std::size_t length = utf8_length(text);
    if (length != (is_surrogate ? 0 : text.size())) FAIL("code point " << code_point);
    if (length != 0 && utf8_code_point(text) != code_point) FAIL("code point " << code_point);
  }
}

TEST_CASE("a broken byte is found wherever it stands") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a longer text with Ümläuten, 日本 and 😀 in it"));
  for (std::size_t before = 0; before < 20; ++before) {
    const std::string text = std::string(before, 'x') + '\xFF' + std::string(20, 'x');
    CHECK_FALSE(is_utf8(text));
    CHECK_FALSE(is_utf8(std::string(before, 'x') + "\xE2\x82"));
  }
}

TEST_CASE("overlong and too large sequences are no UTF-8") {
  CHECK(utf8_length("\xC1\xBF") == 0);
  CHECK(utf8_length("\xE0\x9F\xBF") == 0);
  CHECK(utf8_length("\xF0\x8F\xBF\xBF") == 0);
  CHECK(utf8_length("\xF4\x90\x80\x80") == 0);
  CHECK(utf8_length("\xF5\x80\x80\x80") == 0);
}

TEST_CASE("what is no UTF-8 is replaced, and a text is cut between code points") {
  constexpr const char* kReplaced = "\xEF\xBF\xBD";
  CHECK(clean_utf8("plain", 256) == "plain");
  CHECK(clean_utf8("a\xFF"
                   "b",
                   256) == std::string("a") + kReplaced + "b");
  CHECK(clean_utf8("\xC3", 256) == kReplaced);
  CHECK(clean_utf8("\xED\xA0\x80", 256) == std::string(kReplaced) + kReplaced + kReplaced);
  CHECK(clean_utf8("a\xC3\xA4", 2) == "a");
  CHECK(clean_utf8("a\xC3\xA4", 3) == "a\xC3\xA4");
  CHECK(clean_utf8("\xFF", 2).empty());
  CHECK(clean_utf8(std::string(1'000, '\x80'), 256).size() == 255);
}

}  // namespace
}  // namespace chancery::base
