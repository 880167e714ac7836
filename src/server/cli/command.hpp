// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Commands: one row each, with everything that --help says of it and what runs it.

#include "server/cli/arguments.hpp"
#include "server/cli/exit_code.hpp"
#include "server/config_load.hpp"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace chancery::cli {

// The command line is not understood; the text says why.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The command was understood and did not succeed; the text says why, `code` what kind it is.
struct CommandFailed : std::runtime_error {
  CommandFailed(ExitCode exit_code, const std::string& text)
      : std::runtime_error(text), code(exit_code) {}
  ExitCode code;
};

struct Command {
  std::string_view name;         // "config show"
  std::string_view summary;      // a line
  std::string_view positionals;  // "[KEY]"
  std::size_t most_positionals = 0;
  std::string_view text;  // paragraphs, may be empty
  std::span<const Option> options;
  ExitCode (*run)(const Arguments& arguments);
};

// In the order of --help.
[[nodiscard]] std::span<const Command> commands();

// Those of every command that reads the configuration.
inline constexpr Option kConfigOption{
    "--config", "FILE", "configuration file; else ./chancery.toml, /etc/chancery/chancery.toml"};
inline constexpr Option kSetOption{"--set", "KEY=VALUE",
                                   "one value of the configuration; may repeat"};
inline constexpr Option kDataOption{"--data", "DIR", "data folder (data.path)"};
inline constexpr Option kJsonOption{"--json", "", "answer in JSON, for machines"};
inline constexpr Option kHelpOption{"--help", "", "this text"};

// The configuration that file, environment and options give. Throws ConfigError, UsageError.
[[nodiscard]] server::LoadedConfig load_for(const Arguments& arguments);
// Throws CommandFailed when there is no data folder: only `serve` makes one.
void require_existing_data(const server::Config& config);

}  // namespace chancery::cli
