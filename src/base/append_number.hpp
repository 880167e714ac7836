// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whole numbers at the end of texts that are made for every answer: a tenth of what a format costs.

#include <array>
#include <charconv>
#include <concepts>
#include <limits>
#include <string>

namespace chancery::base {

// Decimal, with '-' where it is below 0.
template <std::integral Number>
void append_number(std::string& out, Number number) {
  std::array<char, std::numeric_limits<Number>::digits10 + 2> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

}  // namespace chancery::base
