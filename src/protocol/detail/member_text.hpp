// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Slices of compact JSON text, found without reading the whole of it into values.

#include <optional>
#include <string_view>

namespace chancery::protocol {

// The text of the value of `name` in `object`, the compact text of an object as append_text and
// canonical JSON write it, `name` being plain ASCII; points into `object`. Absent when there is no
// such member at the top level, or when the text ends too early or begins otherwise.
[[nodiscard]] std::optional<std::string_view> find_member_text(std::string_view object,
                                                               std::string_view name);

}  // namespace chancery::protocol
