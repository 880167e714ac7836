// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Values of configuration keys: from a file or from text into the Config, and back into text.

#include "base/json.hpp"
#include "server/config_keys.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chancery::server {

// Nothing that a key can have: a date, a table, a mixed array.
struct OtherValue {};
// As a TOML file has it.
using GivenValue =
    std::variant<OtherValue, std::string, std::int64_t, double, bool, std::vector<std::string>>;

// Sets the key; absent when that went well, else why not ("must be at least 8").
[[nodiscard]] std::optional<std::string> set_value(Config& config, const Key& key,
                                                   const GivenValue& given);
// The same from text, as the environment and the command line have it: numbers and booleans
// without quotes, lists with commas between.
[[nodiscard]] std::optional<std::string> set_value_from_text(Config& config, const Key& key,
                                                             std::string_view text);

enum class Masking : std::uint8_t { shown, masked };
// As it would stand in the file. A secret that is set is "********" when masked.
[[nodiscard]] std::string value_text(const Config& config, const Key& key, Masking masking);
[[nodiscard]] base::Json value_json(const Config& config, const Key& key, Masking masking);
// What may be given: "a number from 8 to 128", "closed, token or open".
[[nodiscard]] std::string allowed_text(const Key& key);

// "127.0.0.1:8008", "[::1]:8008", "localhost:8008", ":8008" (every address). Absent when none.
[[nodiscard]] std::optional<ListenerConfig> parse_listen_address(std::string_view text);

}  // namespace chancery::server
