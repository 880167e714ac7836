// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Numbers from decimal text, locale-free and whole: no sign-only, no spaces, no trailing bytes.

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace chancery::base {

// Absent when `text` is not wholly a decimal number that fits `Number`.
template <std::integral Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stopped, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || stopped != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace chancery::base
