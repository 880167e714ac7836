// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Text that may stand within an element or a quoted attribute of HTML.

#include <string>
#include <string_view>

namespace chancery::base {

// `text` with & < > " and ' as character references.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace chancery::base
