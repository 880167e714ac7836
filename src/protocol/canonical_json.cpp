// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/canonical_json.hpp"

#include "protocol/detail/canonical_members.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace chancery::protocol {
namespace {

// As Python writes it: rooms of versions 1 to 5 that have such numbers were made by servers that
// hashed Python's text. Shortest digits, an exponent from 1e16 on and below 1e-4, ".0" otherwise.
void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  const double size = std::fabs(number);
  const bool is_fixed = size == 0 || (size >= 1e-4 && size < 1e16);
  std::array<char, 64> digits;
  const auto [end, error] =
      std::to_chars(digits.data(), digits.data() + digits.size(), number,
                    is_fixed ? std::chars_format::fixed : std::chars_format::scientific);
  const std::string_view text(digits.data(), end);
  out += text;
  if (is_fixed && text.find('.') == std::string_view::npos) out += ".0";
}

}  // namespace

void append_canonical(std::string& out, const base::Json& value) {
  if (const base::JsonObject* object = value.if_object()) {
    append_canonical_members(
        out, *object, [](std::string_view) { return true; },
        [](std::string& to, std::string_view, const base::Json& member) {
          append_canonical(to, member);
        });
  } else if (const base::JsonArray* array = value.if_array()) {
    out += '[';
    for (std::size_t at = 0; at < array->size(); ++at) {
      if (at != 0) out += ',';
      append_canonical(out, (*array)[at]);
    }
    out += ']';
  } else if (const double* number = value.if_double()) {
    append_double(out, *number);
  } else {
    base::append_text(out, value);
  }
}

std::string canonical_json(const base::Json& value) {
  std::string out;
  append_canonical(out, value);
  return out;
}

std::string canonical_json_without(const base::JsonObject& object,
                                   std::initializer_list<std::string_view> without) {
  std::string out;
  append_canonical_members(
      out, object,
      [&](std::string_view key) {
        return std::find(without.begin(), without.end(), key) == without.end();
      },
      [](std::string& to, std::string_view, const base::Json& member) {
        append_canonical(to, member);
      });
  return out;
}

}  // namespace chancery::protocol
