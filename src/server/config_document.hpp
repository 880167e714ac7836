// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The configuration in words: the example file, what is in force, one key or section explained.

#include "base/json.hpp"
#include "server/config_keys.hpp"
#include "server/config_load.hpp"

#include <string>
#include <string_view>

namespace chancery::server {

// deploy/chancery.example.toml: every key, commented out, with its text and default.
[[nodiscard]] std::string example_config();
// What is in force, as a file would say it, and where each value came from. Secrets are masked.
[[nodiscard]] std::string describe_config(const LoadedConfig& loaded);
[[nodiscard]] base::Json describe_config_json(const LoadedConfig& loaded);
// One key: its text, what may be given, default, name in the environment.
[[nodiscard]] std::string explain_key(const Key& key);
// The keys of a section with their defaults, or how listeners are written; "" for no section.
[[nodiscard]] std::string explain_section(std::string_view name);

}  // namespace chancery::server
