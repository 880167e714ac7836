// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/config_file.hpp"

#include <fmt/core.h>

// The only file that sees toml++: it costs more to compile than the rest of the module.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace chancery::server {
namespace {

GivenValue to_given(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  const toml::array* array = node.as_array();
  if (array == nullptr) return OtherValue{};
  std::vector<std::string> list;
  for (const toml::node& element : *array) {
    const auto* text = element.as_string();
    if (text == nullptr) return OtherValue{};
    list.push_back(text->get());
  }
  return list;
}

std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

// Appends every value of `table`, those of tables within it too. Depth is bounded by the parser.
void flatten(const toml::table& table, const std::string& prefix, std::vector<FileValue>& into) {
  for (const auto& [name, node] : table) {
    std::string key = prefix + std::string(name.str());
    if (const toml::table* inner = node.as_table()) {
      // An empty table is spoken of too, so that a misspelt [section] is not passed over.
      if (inner->empty()) into.push_back({key, OtherValue{}, line_of(node)});
      flatten(*inner, key + ".", into);
    } else {
      into.push_back({std::move(key), to_given(node), name.source().begin.line});
    }
  }
}

}  // namespace

std::expected<FileContent, std::string> parse_config_file(std::string_view text) {
  const toml::parse_result result = toml::parse(text);
  if (!result) {
    const toml::parse_error& error = result.error();
    return std::unexpected(
        fmt::format("{}: {}", error.source().begin.line, std::string(error.description())));
  }
  FileContent content;
  for (const auto& [name, node] : result.table()) {
    const toml::array* array = node.as_array();
    if (name.str() == "listener" && array != nullptr && array->is_array_of_tables()) {
      for (const toml::node& element : *array) {
        FileListener listener{line_of(element), {}};
        flatten(*element.as_table(), "", listener.values);
        content.listeners.push_back(std::move(listener));
      }
    } else if (const toml::table* section = node.as_table()) {
      if (section->empty()) {
        content.values.push_back({std::string(name.str()), OtherValue{}, line_of(node)});
      }
      flatten(*section, std::string(name.str()) + ".", content.values);
    } else {
      content.values.push_back({std::string(name.str()), to_given(node), name.source().begin.line});
    }
  }
  std::ranges::sort(content.values, [](const FileValue& a, const FileValue& b) {
    return std::tie(a.line, a.key) < std::tie(b.line, b.key);
  });
  return content;
}

}  // namespace chancery::server
