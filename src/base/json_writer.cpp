// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/append_number.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace chancery::base {
namespace {

// What follows the backslash for each byte that needs one: 0 for none, 'u' for \u00xx.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t control = 0; control < 0x20; ++control) escapes[control] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}
constexpr auto kEscapes = make_escapes();

bool is_escaped(char each) { return kEscapes[static_cast<unsigned char>(each)] != 0; }

// Eight bytes as one number: the top bit of a byte in the result is set where that byte is below
// 0x20, or is '"' or '\\'. (A byte behind such a one may be told wrongly; that one is there
// anyway.)
std::uint64_t mark_escaped(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kTops = 0x8080808080808080;
  const auto below = [](std::uint64_t word, std::uint64_t limit) {
    return (word - kOnes * limit) & ~word & kTops;
  };
  return below(bytes, 0x20) | below(bytes ^ (kOnes * '"'), 1) | below(bytes ^ (kOnes * '\\'), 1);
}

// Most texts are short: names, identifiers.
bool has_escapes(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  if (text.size() < kWord) return std::ranges::any_of(text, is_escaped);
  const auto word_at = [&text](std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWord);
    return word;
  };
  std::uint64_t found = mark_escaped(word_at(text.size() - kWord));
  for (std::size_t at = 0; at + kWord <= text.size(); at += kWord) {
    found |= mark_escaped(word_at(at));
  }
  return found != 0;
}

void append_double(std::string& out, double number) {
  // The reader lets no such number in; a computation gone wrong must not break the text.
  if (!std::isfinite(number)) {
    out += "null";
  } else if (number == 0 && std::signbit(number)) {
    out += "-0.0";  // "-0" would read back as an integer without a sign
  } else {
    std::array<char, 32> digits;
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
  }
}

void append_array(std::string& out, const JsonArray& array) {
  out += '[';
  bool is_first = true;
  for (const Json& element : array) {
    if (!is_first) out += ',';
    is_first = false;
    append_text(out, element);
  }
  out += ']';
}

void append_object(std::string& out, const JsonObject& object) {
  out += '{';
  bool is_first = true;
  for (const auto& member : object) {
    if (!is_first) out += ',';
    is_first = false;
    append_quoted(out, member.key());
    out += ':';
    append_text(out, member.value());
  }
  out += '}';
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  if (!has_escapes(text)) {
    out += text;
    out += '"';
    return;
  }
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const char escape = kEscapes[byte];
    if (escape == 0) continue;
    out.append(text, copied, at - copied);
    copied = at + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') {
      out += "00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15U];
    }
  }
  out.append(text, copied);
  out += '"';
}

void append_text(std::string& out, const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      append_number(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      append_number(out, value.get_uint64());
      break;
    case boost::json::kind::double_:
      append_double(out, value.get_double());
      break;
    case boost::json::kind::string:
      append_quoted(out, value.get_string());
      break;
    case boost::json::kind::array:
      append_array(out, value.get_array());
      break;
    case boost::json::kind::object:
      append_object(out, value.get_object());
      break;
  }
}

std::string to_text(const Json& value) {
  std::string out;
  append_text(out, value);
  return out;
}

}  // namespace chancery::base
