// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/property_path.hpp"

namespace chancery::protocol {
namespace {

void copy_property(const base::JsonObject& from, base::JsonObject& to, const PropertyPath& path,
                   std::size_t step) {
  const auto found = from.find(path[step]);
  if (found == from.end()) return;
  if (step + 1 == path.size()) {
    to.insert_or_assign(path[step], found->value());
    return;
  }
  const base::JsonObject* inner = found->value().if_object();
  if (inner == nullptr) return;
  base::Json& place = to[path[step]];
  if (!place.is_object()) place.emplace_object();
  copy_property(*inner, place.get_object(), path, step + 1);
  if (place.get_object().empty()) to.erase(path[step]);
}

}  // namespace

PropertyPath parse_property_path(std::string_view text) {
  PropertyPath path(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (text[at] == '\\' && (next == '.' || next == '\\')) {
      path.back().push_back(next);
      ++at;
    } else if (text[at] == '.') {
      path.emplace_back();
    } else {
      path.back().push_back(text[at]);
    }
  }
  return path;
}

void append_property(std::string& path, std::string_view name) {
  if (!path.empty()) path.push_back('.');
  for (const char letter : name) {
    if (letter == '.' || letter == '\\') path.push_back('\\');
    path.push_back(letter);
  }
}

std::string canonical_property_path(std::string_view text) {
  std::string path;
  for (const std::string& name : parse_property_path(text)) append_property(path, name);
  return path;
}

base::JsonObject keep_properties(const base::JsonObject& event,
                                 const std::vector<PropertyPath>& paths) {
  base::JsonObject kept;
  for (const PropertyPath& path : paths) copy_property(event, kept, path, 0);
  return kept;
}

}  // namespace chancery::protocol
