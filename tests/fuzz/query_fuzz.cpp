// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Queries: what is found under a name is the first of all under it, and all of it is text.

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto query = http::Query::parse(text);
  if (!query) {
    CHANCERY_ASSERT(text.find('%') != text.npos || !base::is_utf8(text));
    return 0;
  }
  for (const std::string_view name : {"", "a", "limit"}) {
    const auto first = query->find(name);
    const auto all = query->all(name);
    CHANCERY_ASSERT(first.has_value() == !all.empty());
    CHANCERY_ASSERT(all.empty() || all.front() == *first);
    for (const std::string_view value : all) CHANCERY_ASSERT(base::is_utf8(value));
  }
  return 0;
}
