// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// chancery config: check, show, explain and example.

#include "server/cli/arguments.hpp"
#include "server/cli/exit_code.hpp"

namespace chancery::cli {

[[nodiscard]] ExitCode run_config_check(const Arguments& arguments);
[[nodiscard]] ExitCode run_config_show(const Arguments& arguments);
[[nodiscard]] ExitCode run_config_explain(const Arguments& arguments);
[[nodiscard]] ExitCode run_config_example(const Arguments& arguments);

}  // namespace chancery::cli
