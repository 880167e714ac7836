// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/command.hpp"
#include "server/cli/config_commands.hpp"
#include "server/cli/serve_command.hpp"

#include <fmt/core.h>

#include <array>

namespace chancery::cli {
namespace {

constexpr std::array kConfigOptions{kConfigOption, kSetOption, kDataOption, kJsonOption};
constexpr std::array kServeOptions{
    kConfigOption,
    kDataOption,
    Option{"--server-name", "NAME", "the name that ends every user id (server.name)"},
    Option{"--listen", "ADDRESS:PORT", "where to listen without TLS; may repeat"},
    kSetOption,
    Option{"--json", "", "tell the address and the set-up link in JSON"}};
constexpr std::array kJsonOnly{kJsonOption};

ExitCode run_version(const Arguments& arguments) {
  if (arguments.has("--json")) {
    fmt::print("{{\"name\":\"chancery\",\"version\":\"{}\"}}\n", CHANCERY_VERSION);
  } else {
    fmt::print("chancery {}\n", CHANCERY_VERSION);
  }
  return ExitCode::done;
}

constexpr std::array kCommands{
    Command{.name = "serve",
            .summary = "run the server until SIGTERM or SIGINT",
            .text = "On an empty folder it makes its keys and its database, and prints an address\n"
                    "and a link by which the first owner makes their account. SIGHUP reads\n"
                    "certificates again. The log goes to standard error.",
            .options = kServeOptions,
            .run = run_serve},
    Command{.name = "config check",
            .summary = "read the configuration and tell every mistake in it",
            .options = kConfigOptions,
            .run = run_config_check},
    Command{.name = "config show",
            .summary = "print what is in force, and where each value came from",
            .text = "Secrets are masked.",
            .options = kConfigOptions,
            .run = run_config_show},
    Command{.name = "config explain",
            .summary = "tell what a key means, what it may be, and its default",
            .positionals = "KEY",
            .most_positionals = 1,
            .run = run_config_explain},
    Command{.name = "config example",
            .summary = "print a chancery.toml with every key, its text and default",
            .run = run_config_example},
    Command{.name = "version",
            .summary = "print the version of the program",
            .options = kJsonOnly,
            .run = run_version},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace chancery::cli
