// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/power_level_value.hpp"

#include "base/parse_number.hpp"
#include "protocol/auth_rules.hpp"

#include <cmath>
#include <string_view>

namespace chancery::protocol {
namespace {

constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;
constexpr std::int64_t kGreatest = kInfinitePower - 1;

// The length of the white space at the front of `text`, in UTF-8 as in the property White_Space.
std::size_t space_at(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text.front());
  if (first == ' ' || (first >= '\t' && first <= '\r')) return 1;
  for (const std::string_view space : {"\xC2\x85", "\xC2\xA0"}) {
    if (text.starts_with(space)) return 2;
  }
  if (text.starts_with("\xE2\x80") && text.size() >= 3) {
    const auto last = static_cast<unsigned char>(text[2]);
    const bool is_space = last <= 0x8A || last == 0xA8 || last == 0xA9 || last == 0xAF;
    return is_space ? 3 : 0;
  }
  for (const std::string_view space : {"\xE1\x9A\x80", "\xE2\x81\x9F", "\xE3\x80\x80"}) {
    if (text.starts_with(space)) return 3;
  }
  return 0;
}

std::string_view without_space(std::string_view text) {
  while (const std::size_t length = space_at(text)) text.remove_prefix(length);
  for (std::size_t length = 1; length <= 3 && length <= text.size();) {
    const bool is_space = space_at(text.substr(text.size() - length)) == length;
    if (is_space) text.remove_suffix(length);
    length = is_space ? 1 : length + 1;
  }
  return text;
}

// "A single base 10 integer, optionally with any number of leading zeroes; optionally prefixed
// with a single - or + character; optionally with any number of leading or trailing whitespace
// characters."
std::optional<std::int64_t> read_text(std::string_view text) {
  text = without_space(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('-') || text.empty()) return std::nullopt;
  // Zeroes first may be more than from_chars cares to see as digits of a number in range.
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  const auto value = base::parse_number<std::int64_t>(text);
  if (!value || *value > kMaxInteger) return std::nullopt;
  return negative ? -*value : *value;
}

// "First, exponential notation is applied. Second, the value is truncated at the decimal point."
std::optional<std::int64_t> read_fraction(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  const double whole = std::trunc(value);
  if (whole >= 9.2e18) return kGreatest;
  if (whole <= -9.2e18) return -kGreatest;
  return static_cast<std::int64_t>(whole);
}

}  // namespace

std::optional<std::int64_t> read_power_level(const base::Json& value, const RoomVersion& version) {
  if (value.is_int64()) return std::min(value.get_int64(), kGreatest);
  if (version.integer_power_levels) return std::nullopt;
  if (value.is_uint64()) return kGreatest;
  if (value.is_string()) return read_text(value.get_string());
  if (value.is_double() && !version.strict_canonical_json) {
    return read_fraction(value.get_double());
  }
  return std::nullopt;
}

}  // namespace chancery::protocol
