// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

namespace chancery::base {

bool is_canonical(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
    case boost::json::kind::bool_:
    case boost::json::kind::string:
      return true;
    case boost::json::kind::int64:
      return value.get_int64() >= -kMaxCanonicalInteger &&
             value.get_int64() <= kMaxCanonicalInteger;
    case boost::json::kind::uint64:
      return value.get_uint64() <= static_cast<std::uint64_t>(kMaxCanonicalInteger);
    case boost::json::kind::double_:
      return false;
    case boost::json::kind::array:
      for (const Json& element : value.get_array()) {
        if (!is_canonical(element)) return false;
      }
      return true;
    case boost::json::kind::object:
      for (const auto& member : value.get_object()) {
        if (!is_canonical(member.value())) return false;
      }
      return true;
  }
  return false;
}

bool is_within_depth(const Json& value, std::size_t depth) {
  if (const JsonObject* object = value.if_object()) {
    if (depth == 0) return false;
    for (const auto& member : *object) {
      if (!is_within_depth(member.value(), depth - 1)) return false;
    }
  } else if (const JsonArray* array = value.if_array()) {
    if (depth == 0) return false;
    for (const Json& element : *array) {
      if (!is_within_depth(element, depth - 1)) return false;
    }
  }
  return true;
}

std::optional<std::string_view> find_string(const JsonObject& object, std::string_view key) {
  const Json* found = object.if_contains(key);
  const boost::json::string* text = found == nullptr ? nullptr : found->if_string();
  if (text == nullptr) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

std::optional<std::int64_t> find_integer(const JsonObject& object, std::string_view key) {
  const Json* found = object.if_contains(key);
  if (found == nullptr) return std::nullopt;
  if (const std::int64_t* number = found->if_int64()) return *number;
  if (const std::uint64_t* number = found->if_uint64();
      number != nullptr && *number <= static_cast<std::uint64_t>(INT64_MAX)) {
    return static_cast<std::int64_t>(*number);
  }
  return std::nullopt;
}

std::optional<bool> find_bool(const JsonObject& object, std::string_view key) {
  const Json* found = object.if_contains(key);
  const bool* flag = found == nullptr ? nullptr : found->if_bool();
  if (flag == nullptr) return std::nullopt;
  return *flag;
}

const JsonObject* find_object(const JsonObject& object, std::string_view key) {
  const Json* found = object.if_contains(key);
  return found == nullptr ? nullptr : found->if_object();
}

const JsonArray* find_array(const JsonObject& object, std::string_view key) {
  const Json* found = object.if_contains(key);
  return found == nullptr ? nullptr : found->if_array();
}

}  // namespace chancery::base
