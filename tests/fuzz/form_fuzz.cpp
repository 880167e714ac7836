// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Forms: what is read can be written, and is read again as the same; a scope that is granted holds
// everything and one device.

#include "base/assert.hpp"
#include "domain/oauth/parameters.hpp"
#include "domain/oauth/scope.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto read = oauth::Parameters::parse(text)) {
    const auto again = oauth::Parameters::parse(read->text());
    CHANCERY_ASSERT(again.has_value());
    CHANCERY_ASSERT(again->text() == read->text());
    for (const std::string_view name : {"a", "client_id", ""}) {
      CHANCERY_ASSERT(again->get(name) == read->get(name));
    }
  }
  if (const auto scope = oauth::parse_scope(text)) {
    const auto again = oauth::parse_scope(scope->text);
    CHANCERY_ASSERT(again.has_value());
    CHANCERY_ASSERT(again->device == scope->device);
    CHANCERY_ASSERT(again->text == scope->text);
  }
  return 0;
}
