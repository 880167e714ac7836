// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Paths against a table of patterns: a match has the pattern's parameters, without NUL; encoding
// a decoded text gives a text that decodes to the same.

#include "base/assert.hpp"
#include "http/path_pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const http::PathTable table = [] {
    http::PathTable patterns;
    patterns.add("/r/{room}/send/{type}/{txn}");
    patterns.add("/r/{room}/state/{type}/{key*}");
    patterns.add("/r/{room}/state");
    patterns.add("/r/a/state/{type}");
    patterns.add("/s/{path...}");
    patterns.add("/");
    return patterns;
  }();
  static constexpr std::size_t kParameters[] = {3, 3, 1, 1, 1, 0};
  const std::string_view path(reinterpret_cast<const char*>(bytes), size);

  if (const auto match = table.find(path)) {
    CHANCERY_ASSERT(match->parameters.size() == kParameters[match->pattern]);
    for (const auto& [name, value] : match->parameters) {
      CHANCERY_ASSERT(value.find('\0') == value.npos || path.find('\0') != path.npos);
      CHANCERY_ASSERT(!value.empty() || name == "key" || name == "path");
    }
  }
  if (const auto decoded = http::percent_decode(path)) {
    CHANCERY_ASSERT(decoded->size() <= path.size());
    if (path.find('\0') == path.npos) {
      CHANCERY_ASSERT(http::percent_decode(http::percent_encode(*decoded)) == decoded);
    }
  }
  return 0;
}
