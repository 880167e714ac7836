// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// JSON objects and lists of an answer, written piece by piece into a text.

#include "base/json_lists.hpp"

#include <string>
#include <string_view>

namespace chancery::sync {

using base::begin_item;
using base::begin_member;

// `"name":{"events":[items]}` where there are any.
inline void append_events(std::string& out, std::string_view name, std::string_view items) {
  if (items.empty()) return;
  begin_member(out, name);
  out += R"({"events":[)";
  out += items;
  out += "]}";
}

}  // namespace chancery::sync
