// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Arguments of a command: options with and without a value, and what stands alone.
//
// "--name value" and "--name=value" are the same; "--" ends the options.

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chancery::cli {

struct Option {
  std::string_view name;   // "--data"
  std::string_view value;  // "DIR"; empty: it takes none
  std::string_view text;   // for --help
};

class Arguments {
 public:
  // The reason is for the person who typed.
  [[nodiscard]] static std::expected<Arguments, std::string> parse(
      std::span<const Option> known, std::span<const std::string_view> words);

  [[nodiscard]] bool has(std::string_view option) const;
  // The last one wins.
  [[nodiscard]] std::optional<std::string> find(std::string_view option) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view option) const;
  [[nodiscard]] const std::vector<std::string>& positionals() const { return positionals_; }

 private:
  std::vector<std::pair<std::string, std::string>> options_;
  std::vector<std::string> positionals_;
};

}  // namespace chancery::cli
