// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/command_line.hpp"

#include <fmt/core.h>

namespace chancery::cli {

ExitCode run_command_line(std::span<const std::string_view> arguments) {
  if (arguments.empty() || arguments[0] != "version") return ExitCode::usage;
  fmt::print("chancery {}\n", CHANCERY_VERSION);
  return ExitCode::done;
}

}  // namespace chancery::cli
