// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Exit codes of the program. Scripts and systemd rely on them: numbers never change their meaning.

#include <cstdint>

namespace chancery::cli {

enum class ExitCode : std::uint8_t {
  done = 0,
  failed = 1,         // the command was understood and did not succeed
  usage = 2,          // the command line was not understood
  configuration = 3,  // the configuration has mistakes
  storage = 4,        // data folder, database or keys cannot be used
  listen = 5,         // an address is in use or may not be bound
};

}  // namespace chancery::cli
