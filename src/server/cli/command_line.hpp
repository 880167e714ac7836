// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The command line: finds the command that the words name and runs it.
//
// Failure: UsageError, CommandFailed, server::ConfigError and what the command itself throws;
//          main turns them into a text and an exit code.

#include "server/cli/exit_code.hpp"

#include <span>
#include <string_view>

namespace chancery::cli {

// `words` without the program's own name.
[[nodiscard]] ExitCode run_command_line(std::span<const std::string_view> words);
// "config show"; empty when the words name no command.
[[nodiscard]] std::string_view name_of_command(std::span<const std::string_view> words);

}  // namespace chancery::cli
