// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Doing an operator act from the command line: in this program when the data folder is free, else
// by the server that has it.

#include "base/json.hpp"
#include "server/config.hpp"

#include <string>
#include <string_view>

namespace chancery::cli {

// Throws CommandFailed with the server's own words, and what opening the stores throws.
[[nodiscard]] base::JsonObject perform(const server::Config& config, const std::string& act,
                                       base::JsonObject arguments);

// A line typed on the terminal, which is asked for with `question`. Throws UsageError where there
// is no terminal; `instead` says what to do there.
[[nodiscard]] std::string ask_visibly(std::string_view question, std::string_view instead);
// The password: the first line of the file that `--password-file` names ("-" is standard input), or
// asked for twice without showing it.
[[nodiscard]] std::string read_password(const std::string& file);

}  // namespace chancery::cli
