// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The JSON reader: agrees with Boost.JSON's own on every text that both accept, accepts nothing
// that Boost refuses, and reads back what is written.

#include "base/assert.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;

namespace {

void check_accepted(std::string_view text, const base::Json& value) {
  CHANCERY_ASSERT(base::is_utf8(text));
  CHANCERY_ASSERT(base::is_within_depth(value));

  boost::json::parse_options options;
  options.max_depth = base::kMaxJsonDepth;
  boost::system::error_code error;
  const base::Json boosts = boost::json::parse(text, error, {}, options);
  // Boost counts the digits of an exponent even where the number is zero, as in 0e99999999999.
  CHANCERY_ASSERT(!error || error == boost::json::error::exponent_overflow);

  const std::string written = base::to_text(value);
  CHANCERY_ASSERT(base::is_utf8(written));
  const auto again = base::parse_json(written);
  CHANCERY_ASSERT(again.has_value());
  CHANCERY_ASSERT(base::to_text(*again) == written);
}

void check_stricter(std::string_view text, bool is_plain) {
  const auto canonical = base::parse_json(text, base::JsonRules::canonical);
  const auto exact = base::parse_json(text, base::JsonRules::exact);
  CHANCERY_ASSERT(is_plain || !canonical);
  CHANCERY_ASSERT(!exact || canonical);
  if (canonical) CHANCERY_ASSERT(base::is_canonical(*canonical));
  if (exact) CHANCERY_ASSERT(*exact == *canonical);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto value = base::parse_json(text);
  if (value) check_accepted(text, *value);
  if (!value) CHANCERY_ASSERT(value.error().offset <= size && !value.error().reason.empty());
  check_stricter(text, value.has_value());
  return 0;
}
