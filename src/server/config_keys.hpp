// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The table of configuration keys: name, kind, limits and text of each.

#include "server/config.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chancery::server {

// How a number is written and shown.
enum class Unit : std::uint8_t { none, bytes };
enum class Secrecy : std::uint8_t { open, secret };
// Relative paths of a file are relative to the file's folder.
enum class TextKind : std::uint8_t { plain, path };

struct TextField {
  std::string& (*of)(Config&);
  TextKind kind = TextKind::plain;
};
struct IntegerField {
  std::int64_t& (*of)(Config&);
  std::int64_t least;
  std::int64_t most;
  Unit unit = Unit::none;
};
struct NumberField {
  double& (*of)(Config&);
  double least;
  double most;
};
struct BoolField {
  bool& (*of)(Config&);
};
struct DurationField {
  std::chrono::milliseconds& (*of)(Config&);
  std::chrono::milliseconds least;
  std::chrono::milliseconds most;
};
struct ListField {
  std::vector<std::string>& (*of)(Config&);
  TextKind kind = TextKind::plain;
};
struct ChoiceField {
  std::size_t (*get)(const Config&);
  void (*set)(Config&, std::size_t);
  std::span<const std::string_view> names;
};
using Field = std::variant<TextField, IntegerField, NumberField, BoolField, DurationField,
                           ListField, ChoiceField>;

struct Key {
  std::string_view name;  // "section.key"
  Field field;
  std::string_view text;  // for the operator; sentences
  Secrecy secrecy = Secrecy::open;
  // Why a text, or an entry of a list, is refused; null or an empty answer: it is fine.
  std::string_view (*check)(std::string_view text) = nullptr;
};

struct Section {
  std::string_view name;
  std::string_view text;
};

// In the order of the example file.
[[nodiscard]] std::span<const Section> config_sections();
[[nodiscard]] std::span<const Key> config_keys();
[[nodiscard]] const Key* find_key(std::string_view name);
// The known name nearest to a mistyped one; absent when none is near.
[[nodiscard]] std::optional<std::string_view> find_similar(std::string_view name,
                                                           std::span<const std::string_view> known);
// All names that a file may have, those of *_file variants among them.
[[nodiscard]] const std::vector<std::string_view>& names_of_keys();

// CHANCERY_SECTION__KEY.
[[nodiscard]] std::string environment_name(std::string_view key);

}  // namespace chancery::server
