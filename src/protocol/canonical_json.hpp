// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Canonical JSON: the one text of a value that is hashed and signed.
//
// Spec: Matrix appendices, "Canonical JSON". -0 is written 0 and 1e10 as 10000000000, as the
// specification's vectors have it.

#include "base/json.hpp"

#include <string>
#include <string_view>

namespace chancery::protocol {

// Requires: base::is_canonical(value), or a value of room versions 1 to 5 (doubles are then
// written in their shortest form).
[[nodiscard]] std::string canonical_json(const base::Json& value);
void append_canonical(std::string& out, const base::Json& value);
// The object without the named top-level members.
[[nodiscard]] std::string canonical_json_without(const base::JsonObject& object,
                                                 std::initializer_list<std::string_view> without);

}  // namespace chancery::protocol
