// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/command_line.hpp"

#include "server/cli/command.hpp"
#include "server/config_keys.hpp"
#include "server/data_folder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace chancery::cli {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> kVersionWords{"version"};

constexpr std::string_view kExitCodes = R"(
Exit codes: 0 done; 1 failed; 2 command line not understood; 3 configuration has mistakes;
4 data folder, database or keys cannot be used; 5 an address is in use or may not be bound, or a
certificate cannot be read.
)";

std::string overview() {
  std::string text = "chancery: a Matrix homeserver\n\nUsage: chancery COMMAND [OPTION…]\n\n";
  for (const Command& command : commands()) {
    text += fmt::format("  {:28} {}\n", command.name, command.summary);
  }
  text +=
      "\n'chancery COMMAND --help' tells more. 'chancery serve' on an empty folder just works.\n";
  return text + std::string(kExitCodes);
}

std::string help_of(const Command& command) {
  std::string text = fmt::format("chancery {}: {}\n\nUsage: chancery {} [OPTION…]{}{}\n",
                                 command.name, command.summary, command.name,
                                 command.positionals.empty() ? "" : " ", command.positionals);
  if (!command.text.empty()) text += fmt::format("\n{}\n", command.text);
  text += "\nOptions:\n";
  for (const Option& option : command.options) {
    text +=
        fmt::format("  {:28} {}\n", fmt::format("{} {}", option.name, option.value), option.text);
  }
  text += fmt::format("  {:28} {}\n", "--help", kHelpOption.text);
  return text + std::string(kExitCodes);
}

// "user --help": the commands that begin with "user".
std::string help_of_group(std::string_view group) {
  std::string text = fmt::format("Usage: chancery {} COMMAND [OPTION…]\n\n", group);
  for (const Command& command : commands()) {
    if (command.name.starts_with(std::string(group) + " ")) {
      text += fmt::format("  {:28} {}\n", command.name, command.summary);
    }
  }
  return text;
}

std::size_t word_count(std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count(name, ' ')) + 1;
}

// The command that the first words name, the longest name first; null when none.
const Command* find_command(Words words) {
  const Command* found = nullptr;
  for (const Command& command : commands()) {
    std::string_view rest = command.name;
    std::size_t index = 0;
    while (!rest.empty() && index < words.size()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (rest.substr(0, end) != words[index]) break;
      rest.remove_prefix(std::min(end + 1, rest.size()));
      ++index;
    }
    if (rest.empty() && (found == nullptr || word_count(found->name) < index)) found = &command;
  }
  return found;
}

bool is_group(std::string_view name) {
  return std::ranges::any_of(commands(), [name](const Command& command) {
    return command.name.starts_with(std::string(name) + " ");
  });
}

// What the words from the first on name together, as far as it is a group: "user token" of
// "user token creat". Empty when they name none.
std::string find_group(Words words) {
  std::string group;
  for (const std::string_view word : words) {
    const std::string longer =
        group.empty() ? std::string(word) : fmt::format("{} {}", group, word);
    if (!is_group(longer)) break;
    group = longer;
  }
  return group;
}

// What was typed in place of a command, and the command that was probably meant.
ExitCode answer_unknown(const std::string& typed, std::string_view group) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    if (!group.empty() && !command.name.starts_with(group)) continue;
    names.push_back(command.name);
    if (group.empty()) names.push_back(command.name.substr(0, command.name.find(' ')));
  }
  const std::optional similar = server::find_similar(typed, names);
  fmt::print(stderr,
             "chancery: unknown command '{}'{}\n'chancery {}{}--help' lists the commands.\n", typed,
             similar ? fmt::format(" (did you mean '{}'?)", *similar) : "", group,
             group.empty() ? "" : " ");
  return ExitCode::usage;
}

bool is_help(std::string_view word) { return word == "--help" || word == "-h" || word == "help"; }

// The command was not found: help if that was asked for, else what is wrong.
ExitCode answer_without_command(Words words) {
  if (words.empty() || (is_help(words[0]) && words.size() == 1)) {
    fmt::print(words.empty() ? stderr : stdout, "{}", overview());
    return words.empty() ? ExitCode::usage : ExitCode::done;
  }
  const bool has_asked = is_help(words[0]);
  if (has_asked) {
    if (const Command* command = find_command(words.subspan(1))) {
      fmt::print("{}", help_of(*command));
      return ExitCode::done;
    }
    words = words.subspan(1);
  }
  const std::string group = find_group(words);
  const std::size_t length = group.empty() ? 0 : word_count(group);
  if (!group.empty() && (words.size() == length || is_help(words[length]))) {
    const bool asked = has_asked || words.size() > length;
    fmt::print(asked ? stdout : stderr, "{}", help_of_group(group));
    return asked ? ExitCode::done : ExitCode::usage;
  }
  const std::string typed =
      group.empty() ? std::string(words[0]) : fmt::format("{} {}", group, words[length]);
  return answer_unknown(typed, group);
}

ExitCode run(const Command& command, Words words) {
  std::vector<Option> known(command.options.begin(), command.options.end());
  known.push_back(kHelpOption);
  const std::expected arguments = Arguments::parse(known, words);
  if (!arguments) throw UsageError(arguments.error());
  if (arguments->has("--help")) {
    fmt::print("{}", help_of(command));
    return ExitCode::done;
  }
  if (arguments->positionals().size() > command.most_positionals) {
    throw UsageError(fmt::format("'{}' is one argument too many", arguments->positionals().back()));
  }
  return command.run(*arguments);
}

}  // namespace

server::LoadedConfig load_for(const Arguments& arguments) {
  server::ConfigSources sources;
  sources.file = arguments.find("--config");
  if (!sources.file) sources.file = server::find_config_file();
  sources.environment = server::read_environment();
  for (const std::string& text : arguments.all("--set")) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) {
      throw UsageError(fmt::format("--set {}: not KEY=VALUE", text));
    }
    sources.overrides.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kFlags{
      {{"--data", "data.path"}, {"--server-name", "server.name"}}};
  for (const auto& [flag, key] : kFlags) {
    if (const std::optional value = arguments.find(flag)) {
      sources.overrides.emplace_back(key, *value);
    }
  }
  sources.listen = arguments.all("--listen");
  sources.credentials_folder = server::find_credentials_folder();
  return server::load_config(sources);
}

void require_existing_data(const server::Config& config) {
  std::error_code error;
  const auto fail = [&error](std::string_view what, const std::string& path) {
    throw CommandFailed(ExitCode::storage,
                        fmt::format("there is no {} {}; name the data folder by data.path or "
                                    "--data, or run 'chancery serve' first",
                                    what, std::filesystem::absolute(path, error).string()));
  };
  if (!std::filesystem::is_directory(config.data.path, error)) {
    fail("data folder", config.data.path);
  }
  // Looking must not make one, nor take one that was emptied for a new one.
  const std::string database = server::database_path(config.data.path);
  if (config.storage.url == "sqlite" && (!std::filesystem::exists(database, error) ||
                                         std::filesystem::file_size(database, error) == 0)) {
    fail("database", database);
  }
}

ExitCode run_command_line(std::span<const std::string_view> words) {
  if (words.size() == 1 && words[0] == "--version") words = kVersionWords;
  const Command* command = find_command(words);
  if (command == nullptr) return answer_without_command(words);
  return run(*command, words.subspan(word_count(command->name)));
}

std::string_view name_of_command(std::span<const std::string_view> words) {
  const Command* command = find_command(words);
  return command == nullptr ? std::string_view{} : command->name;
}

}  // namespace chancery::cli
