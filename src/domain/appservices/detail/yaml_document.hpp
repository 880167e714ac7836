// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// YAML as registration files use it: scalars, lists and maps, each with its line.
//
// Refused: anchors and aliases (which can make a small file large), tags, several documents, keys
// that come twice or are no text, nesting deeper than kMostYamlDepth.
//
// Concurrency: a pure function.

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::appservices::detail {

inline constexpr std::size_t kMostYamlDepth = 16;
inline constexpr std::size_t kMostYamlNodes = 20'000;

struct YamlMember;

struct YamlNode {
  enum class Kind : unsigned char { scalar, list, map } kind = Kind::scalar;
  std::size_t line = 0;   // from 1
  std::string text;       // of a scalar
  bool is_plain = false;  // a scalar without quotes: null and true are themselves then
  std::vector<YamlNode> items;
  std::vector<YamlMember> members;

  // Null when there is no such member.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
  [[nodiscard]] bool is_null() const;
  // Absent when it is neither true nor false.
  [[nodiscard]] std::optional<bool> as_bool() const;
};

struct YamlMember {
  std::string name;
  YamlNode value;
};

struct YamlMistake {
  std::size_t line = 0;
  std::string text;
};

[[nodiscard]] std::expected<YamlNode, YamlMistake> parse_yaml(std::string_view text);

}  // namespace chancery::appservices::detail
