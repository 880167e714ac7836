// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// chancery serve.

#include "server/cli/arguments.hpp"
#include "server/cli/exit_code.hpp"

namespace chancery::cli {

[[nodiscard]] ExitCode run_serve(const Arguments& arguments);

}  // namespace chancery::cli
