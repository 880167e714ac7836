// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/arguments.hpp"

#include "server/cli/command.hpp"
#include "server/cli/command_line.hpp"
#include "server/config_keys.hpp"

#include <doctest/doctest.h>

#include <array>

namespace chancery::cli {
namespace {

constexpr std::array kKnown{Option{"--data", "DIR", ""}, Option{"--json", "", ""}};

std::expected<Arguments, std::string> parse(std::vector<std::string_view> words) {
  return Arguments::parse(kKnown, words);
}

}  // namespace

TEST_CASE("an option takes its value from the next word or after an equals sign") {
  CHECK(parse({"--data", "a"})->find("--data") == "a");
  CHECK(parse({"--data=a=b"})->find("--data") == "a=b");
  CHECK(parse({"--data", "a", "--data", "b"})->find("--data") == "b");
  CHECK(parse({"--data", "a", "--data", "b"})->all("--data").size() == 2);
}

TEST_CASE("words that are no options stand alone, all of them after two dashes") {
  const auto arguments = parse({"one", "--json", "--", "--data"});

  CHECK(arguments->has("--json"));
  CHECK(arguments->positionals() == std::vector<std::string>{"one", "--data"});
}

TEST_CASE("what is not understood is told") {
  CHECK(parse({"--nothing"}).error() == "unknown option --nothing");
  CHECK(parse({"--data"}).error() == "--data needs DIR");
  CHECK(parse({"--json=yes"}).error() == "--json takes no value");
}

TEST_CASE("the longest name of a command wins") {
  CHECK(name_of_command(std::vector<std::string_view>{"config", "show", "--json"}) ==
        "config show");
  CHECK(name_of_command(std::vector<std::string_view>{"config"}).empty());
  CHECK(name_of_command(std::vector<std::string_view>{"nothing"}).empty());
}

TEST_CASE("every command says what it is for, and so do its options") {
  for (const Command& command : commands()) {
    CAPTURE(command.name);
    CHECK_FALSE(command.summary.empty());
    CHECK((command.run != nullptr));
    for (const Option& option : command.options) {
      CHECK(option.name.starts_with("--"));
      CHECK_FALSE(option.text.empty());
    }
  }
}

TEST_CASE("a word that is like no command has none suggested") {
  CHECK(server::find_similar("-V", std::vector<std::string_view>{"db", "key"}) == std::nullopt);
  CHECK(server::find_similar("serv", std::vector<std::string_view>{"serve"}) == "serve");
}

TEST_CASE("a command with an argument too many is refused") {
  const std::vector<std::string_view> words{"version", "now"};

  CHECK_THROWS_AS(static_cast<void>(run_command_line(words)), UsageError);
}

}  // namespace chancery::cli
