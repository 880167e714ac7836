// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The command line: finds the command that the words name and runs it.

#include <span>
#include <string_view>

#include "server/cli/exit_code.hpp"

namespace chancery::cli {

// `arguments` without the program's own name.
[[nodiscard]] ExitCode run_command_line(std::span<const std::string_view> arguments);

}  // namespace chancery::cli
