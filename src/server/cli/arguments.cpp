// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/cli/arguments.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace chancery::cli {

std::expected<Arguments, std::string> Arguments::parse(std::span<const Option> known,
                                                       std::span<const std::string_view> words) {
  Arguments arguments;
  bool options_ended = false;
  for (std::size_t index = 0; index < words.size(); ++index) {
    const std::string_view word = words[index];
    if (options_ended || word.size() < 2 || word.front() != '-') {
      arguments.positionals_.emplace_back(word);
      continue;
    }
    if (word == "--") {
      options_ended = true;
      continue;
    }
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::string_view name = word == "-h" ? "--help" : word.substr(0, equals);
    const auto option = std::ranges::find(known, name, &Option::name);
    if (option == known.end()) return std::unexpected(fmt::format("unknown option {}", name));
    std::string_view value;
    if (option->value.empty()) {
      if (equals != word.size()) {
        return std::unexpected(fmt::format("{} takes no value", name));
      }
    } else if (equals != word.size()) {
      value = word.substr(equals + 1);
    } else if (++index < words.size()) {
      value = words[index];
    } else {
      return std::unexpected(fmt::format("{} needs {}", name, option->value));
    }
    arguments.options_.emplace_back(name, value);
  }
  return arguments;
}

bool Arguments::has(std::string_view option) const { return find(option).has_value(); }

std::optional<std::string> Arguments::find(std::string_view option) const {
  const auto found = std::ranges::find(options_.rbegin(), options_.rend(), option,
                                       &std::pair<std::string, std::string>::first);
  if (found == options_.rend()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Arguments::all(std::string_view option) const {
  std::vector<std::string> values;
  for (const auto& [name, value] : options_) {
    if (name == option) values.push_back(value);
  }
  return values;
}

}  // namespace chancery::cli
