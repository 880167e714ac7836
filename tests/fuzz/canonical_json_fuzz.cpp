// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// The canonical encoder: its text reads back as the same value, under the strictest rules if the
// value is canonical, and encoding is idempotent.

#include "base/assert.hpp"
#include "protocol/canonical_json.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto value = base::parse_json(text, base::JsonRules::canonical)) {
    const std::string encoded = protocol::canonical_json(*value);
    const auto again = base::parse_json(encoded, base::JsonRules::exact);
    CHANCERY_ASSERT(again.has_value());
    CHANCERY_ASSERT(*again == *value);
    CHANCERY_ASSERT(protocol::canonical_json(*again) == encoded);
  }
  if (const auto value = base::parse_json(text, base::JsonRules::plain)) {
    const std::string encoded = protocol::canonical_json(*value);
    const auto again = base::parse_json(encoded, base::JsonRules::plain);
    CHANCERY_ASSERT(again.has_value());
    CHANCERY_ASSERT(protocol::canonical_json(*again) == encoded);
    if (value->is_object()) {
      CHANCERY_ASSERT(protocol::canonical_json_without(value->get_object(), {}) == encoded);
    }
  }
  return 0;
}
