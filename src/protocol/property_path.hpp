// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Dot-separated paths to a property of an event, as "content.m\.relates_to.rel_type".
//
// Spec: Matrix appendices, "Dot-separated property paths".

#include "base/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chancery::protocol {

using PropertyPath = std::vector<std::string>;

// The names of `text`, unescaped. A backslash before anything but '.' and '\\' is itself.
[[nodiscard]] PropertyPath parse_property_path(std::string_view text);

// Appends `name` to `path`, escaped and after a dot unless `path` is empty.
void append_property(std::string& path, std::string_view name);

// The one spelling of the path that `text` names.
[[nodiscard]] std::string canonical_property_path(std::string_view text);

// A copy of `event` with the properties that `paths` name and nothing else.
[[nodiscard]] base::JsonObject keep_properties(const base::JsonObject& event,
                                               const std::vector<PropertyPath>& paths);

}  // namespace chancery::protocol
