// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/keys/root_key.hpp"
#include "runtime/disk.hpp"
#include "runtime/network.hpp"
#include "server/cli/command.hpp"
#include "server/cli/command_line.hpp"
#include "server/config.hpp"
#include "storage/errors.hpp"

#include <fmt/core.h>

#include <exception>
#include <span>
#include <string_view>
#include <vector>

namespace {

using chancery::cli::ExitCode;

ExitCode fail(ExitCode code, std::string_view why) {
  fmt::print(stderr, "chancery: {}\n", why);
  return code;
}

// One of the four places that catch: whatever ends a command becomes a text and an exit code.
ExitCode run(std::span<const std::string_view> words) {
  namespace cli = chancery::cli;
  try {
    return cli::run_command_line(words);
  } catch (const cli::UsageError& error) {
    fmt::print(stderr, "chancery {}: {}\n'chancery {} --help' tells how it is used.\n",
               cli::name_of_command(words), error.what(), cli::name_of_command(words));
    return ExitCode::usage;
  } catch (const cli::CommandFailed& error) {
    return fail(error.code, error.what());
  } catch (const chancery::server::ConfigError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return ExitCode::configuration;
  } catch (const chancery::storage::StorageError& error) {
    return fail(ExitCode::storage, error.what());
  } catch (const chancery::keys::KeyFileError& error) {
    return fail(ExitCode::storage, error.what());
  } catch (const chancery::runtime::DiskError& error) {
    return fail(ExitCode::storage, error.what());
  } catch (const chancery::runtime::ListenError& error) {
    return fail(ExitCode::listen, error.what());
  } catch (const std::exception& error) {
    return fail(ExitCode::failed, error.what());
  }
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string_view> arguments(words + (count > 0 ? 1 : 0), words + count);
  return static_cast<int>(run(arguments));
}
