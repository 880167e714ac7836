// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Configuration files: TOML text as a flat list of keys, values and lines.

#include "server/config_values.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::server {

struct FileValue {
  std::string key;  // "section.key"; within a listener "key" alone
  GivenValue value;
  std::uint32_t line = 0;
};

struct FileListener {
  std::uint32_t line = 0;
  std::vector<FileValue> values;
};

struct FileContent {
  std::vector<FileValue> values;
  std::vector<FileListener> listeners;
};

// The reason is "LINE: what is wrong".
[[nodiscard]] std::expected<FileContent, std::string> parse_config_file(std::string_view text);

}  // namespace chancery::server
