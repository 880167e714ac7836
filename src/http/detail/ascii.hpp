// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Characters as HTTP sees them: ASCII, whatever the locale.
//
// Spec: RFC 9110, 5.6.2 (tokens).

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace chancery::http::detail {

[[nodiscard]] constexpr char to_lower(char each) {
  return each >= 'A' && each <= 'Z' ? static_cast<char>(each + ('a' - 'A')) : each;
}

[[nodiscard]] constexpr bool equal_without_case(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (to_lower(left[i]) != to_lower(right[i])) return false;
  }
  return true;
}

[[nodiscard]] constexpr bool is_digit(char each) { return each >= '0' && each <= '9'; }

[[nodiscard]] constexpr std::optional<unsigned> hex_digit(char each) {
  if (is_digit(each)) return static_cast<unsigned>(each - '0');
  const char lower = to_lower(each);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a' + 10);
  return std::nullopt;
}

namespace tables {
constexpr std::array<bool, 256> make_token_table() {
  std::array<bool, 256> table{};
  for (const char each : std::string_view("!#$%&'*+-.^_`|~0123456789"
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
    table.at(static_cast<unsigned char>(each)) = true;
  }
  return table;
}
inline constexpr std::array<bool, 256> kToken = make_token_table();

constexpr std::array<std::int16_t, 256> make_hex_table() {
  std::array<std::int16_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto digit = hex_digit(static_cast<char>(i));
    table.at(i) = digit ? static_cast<std::int16_t>(*digit) : std::int16_t{-1024};
  }
  return table;
}
inline constexpr std::array<std::int16_t, 256> kHex = make_hex_table();
}  // namespace tables

// The number of a hexadecimal digit; of anything else one so low that 16 times a digit, or a digit,
// added to it stays below zero.
[[nodiscard]] constexpr int hex_value(char each) {
  return tables::kHex[static_cast<unsigned char>(each)];
}

[[nodiscard]] constexpr bool is_token_character(char each) {
  return tables::kToken[static_cast<unsigned char>(each)];
}

// Non-empty and of token characters alone.
[[nodiscard]] constexpr bool is_token(std::string_view text) {
  bool is_good = !text.empty();
  for (const char each : text) is_good &= is_token_character(each);
  return is_good;
}

// Neither a control character other than a tab, nor DEL.
[[nodiscard]] constexpr bool is_field_character(char each) {
  const auto number = static_cast<unsigned char>(each);
  return (number >= 0x20 && number != 0x7f) || number == '\t';
}

// Looks at all of it, for the compiler makes that many characters at a time.
[[nodiscard]] constexpr bool is_field_value(std::string_view text) {
  bool is_good = true;
  for (const char each : text) is_good &= is_field_character(each);
  return is_good;
}

}  // namespace chancery::http::detail
