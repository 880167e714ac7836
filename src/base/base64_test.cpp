// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"

#include <doctest/doctest.h>

#include <array>
#include <utility>

namespace chancery::base {
namespace {

TEST_CASE("the specification's examples of unpadded base64 hold both ways") {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kExamples{
      {{"", ""},
       {"f", "Zg"},
       {"fo", "Zm8"},
       {"foo", "Zm9v"},
       {"foob", "Zm9vYg"},
       {"fooba", "Zm9vYmE"},
       {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : kExamples) {
    CHECK(encode_base64(bytes) == text);
    CHECK(decode_base64(text) == std::string(bytes));
  }
}

TEST_CASE("both alphabets are read and each is written") {
  const std::string bytes = "\xFB\xEF\xFF";

  CHECK(encode_base64(bytes) == "++//");
  CHECK(encode_base64url(bytes) == "--__");
  CHECK(decode_base64("++//") == bytes);
  CHECK(decode_base64("--__") == bytes);
}

TEST_CASE("padding is accepted where it belongs and nowhere else") {
  CHECK(decode_base64("Zg==") == "f");
  CHECK(decode_base64("Zm8=") == "fo");
  CHECK_FALSE(decode_base64("Zg="));
  CHECK_FALSE(decode_base64("Zm9v="));
  CHECK_FALSE(decode_base64("Z==="));
  CHECK_FALSE(decode_base64("Zg==Zg"));
}

TEST_CASE("text that is not base64 is refused") {
  CHECK_FALSE(decode_base64("Z"));
  CHECK_FALSE(decode_base64("Zm9vY"));
  CHECK_FALSE(decode_base64("Zm 9v"));
  CHECK_FALSE(decode_base64("Zm9v\n"));
  CHECK_FALSE(decode_base64("Zm\xC3\xA4"));
}

TEST_CASE("every byte survives base64 and hexadecimal") {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes += static_cast<char>(byte);
    CHECK(decode_base64(encode_base64(bytes)) == bytes);
    CHECK(decode_base64(encode_base64url(bytes)) == bytes);
    CHECK(decode_hex(encode_hex(bytes)) == bytes);
  }
}

TEST_CASE("hexadecimal is written in lower case and read in both") {
  CHECK(encode_hex("\x0F\xA0") == "0fa0");
  CHECK(decode_hex("0FA0") == "\x0F\xA0");
  CHECK_FALSE(decode_hex("0fa"));
  CHECK_FALSE(decode_hex("0g"));
}

}  // namespace
}  // namespace chancery::base
