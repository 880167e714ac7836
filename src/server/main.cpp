// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/command_line.hpp"

#include <span>
#include <string_view>
#include <vector>

int main(int count, char** words) {
  const std::vector<std::string_view> arguments(words + (count > 0 ? 1 : 0), words + count);
  return static_cast<int>(chancery::cli::run_command_line(arguments));
}
