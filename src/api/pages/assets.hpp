// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Assets: the files of assets/, embedded in the program.

#include <string_view>

namespace chancery::pages {

struct Asset {
  std::string_view name;  // "page.css"
  std::string_view content_type;
  std::string_view bytes;
};

// Null when there is none of that name.
[[nodiscard]] const Asset* find_asset(std::string_view name);

}  // namespace chancery::pages
