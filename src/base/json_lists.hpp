// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON objects and lists written piece by piece into a text.

#include "base/json.hpp"

#include <string>
#include <string_view>

namespace chancery::base {

// Appends `"name":` with a comma before it unless `out` ends where an object began.
inline void begin_member(std::string& out, std::string_view name) {
  if (!out.empty() && out.back() != '{') out += ',';
  append_quoted(out, name);
  out += ':';
}

// A comma unless `out` ends where a list began.
inline void begin_item(std::string& out) {
  if (!out.empty() && out.back() != '[') out += ',';
}

}  // namespace chancery::base
