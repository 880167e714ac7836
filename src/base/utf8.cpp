// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <cstring>

namespace chancery::base {
namespace {

[[nodiscard]] unsigned byte_at(std::string_view text, std::size_t index) {
  return static_cast<unsigned char>(text[index]);
}

[[nodiscard]] bool continues(std::string_view text, std::size_t index) {
  return (byte_at(text, index) & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;  // a continuation, an overlong form, too large
  if (first < 0xE0) return text.size() >= 2 && continues(text, 1) ? 2 : 0;
  if (first < 0xF0) {
    if (text.size() < 3 || !continues(text, 1) || !continues(text, 2)) return 0;
    const unsigned second = byte_at(text, 1);
    if (first == 0xE0 && second < 0xA0) return 0;   // overlong
    if (first == 0xED && second >= 0xA0) return 0;  // a surrogate
    return 3;
  }
  if (text.size() < 4 || !continues(text, 1) || !continues(text, 2) || !continues(text, 3)) {
    return 0;
  }
  const unsigned second = byte_at(text, 1);
  if (first == 0xF0 && second < 0x90) return 0;   // overlong
  if (first == 0xF4 && second >= 0x90) return 0;  // beyond U+10FFFF
  return 4;
}

bool is_utf8(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  while (!text.empty()) {
    std::uint64_t eight = 0;
    if (text.size() >= sizeof eight) {
      std::memcpy(&eight, text.data(), sizeof eight);
      if ((eight & kHighBits) == 0) {
        text.remove_prefix(sizeof eight);
        continue;
      }
    }
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

char32_t utf8_code_point(std::string_view text) {
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return first;
  const auto tail = [&](std::size_t index) { return byte_at(text, index) & 0x3FU; };
  if (first < 0xE0) return ((first & 0x1FU) << 6) | tail(1);
  if (first < 0xF0) return ((first & 0x0FU) << 12) | (tail(1) << 6) | tail(2);
  return ((first & 0x07U) << 18) | (tail(1) << 12) | (tail(2) << 6) | tail(3);
}

std::string clean_utf8(std::string_view text, std::size_t most) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view piece = length == 0 ? kReplacement : text.substr(0, length);
    if (out.size() + piece.size() > most) break;
    out += piece;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace chancery::base
