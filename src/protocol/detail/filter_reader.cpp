// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/detail/filter_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace chancery::protocol {

FilterReader::FilterReader(const base::Json& json) : object_(json.if_object()) {
  if (object_ == nullptr) fail("", "must be an object");
}

const base::Json* FilterReader::find(std::string_view name) const {
  return object_ == nullptr ? nullptr : object_->if_contains(name);
}

void FilterReader::fail(std::string_view member, std::string_view reason) {
  if (!error_) error_ = FilterError{std::string(member), std::string(reason)};
}

std::optional<bool> FilterReader::find_flag(std::string_view name) {
  const base::Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (!member->is_bool()) {
    fail(name, "must be true or false");
    return std::nullopt;
  }
  return member->get_bool();
}

bool FilterReader::read_flag(std::string_view name) { return find_flag(name).value_or(false); }

// COMPAT: "must be an integer greater than 0", but clients that want no events send 0, and every
// server takes it.
std::optional<std::uint32_t> FilterReader::find_limit() {
  const base::Json* member = find("limit");
  if (member == nullptr) return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (member->is_int64() && member->get_int64() >= 0) {
    const auto limit = static_cast<std::uint64_t>(member->get_int64());
    return static_cast<std::uint32_t>(std::min(limit, kMost));
  }
  if (member->is_uint64()) return static_cast<std::uint32_t>(kMost);
  fail("limit", "must be an integer of at least 0");
  return std::nullopt;
}

std::optional<std::string> FilterReader::find_text(std::string_view name) {
  const base::Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  if (!member->is_string()) {
    fail(name, "must be a string");
    return std::nullopt;
  }
  return std::string(member->get_string());
}

std::optional<std::vector<std::string>> FilterReader::find_texts(std::string_view name,
                                                                 char sigil) {
  const base::Json* member = find(name);
  if (member == nullptr) return std::nullopt;
  const base::JsonArray* list = member->if_array();
  const std::size_t most = sigil == '\0' ? kMaxFilterPatterns : kMaxFilterIds;
  if (list == nullptr || list->size() > most) {
    fail(name, list == nullptr ? "must be a list" : "is too long");
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const base::Json& entry : *list) {
    if (!entry.is_string()) {
      fail(name, "must be a list of strings");
      return std::nullopt;
    }
    const std::string_view text = entry.get_string();
    if (sigil != '\0' && !text.starts_with(sigil)) {
      fail(name, sigil == '@' ? "must be a list of user ids" : "must be a list of room ids");
      return std::nullopt;
    }
    texts.emplace_back(text);
  }
  return texts;
}

TextFilter FilterReader::read_text_filter(std::string_view name, char sigil, GlobSyntax syntax) {
  auto wanted = find_texts(name, sigil);
  auto refused = find_texts("not_" + std::string(name), sigil);
  return TextFilter(std::move(wanted), std::move(refused).value_or(std::vector<std::string>()),
                    syntax);
}

}  // namespace chancery::protocol
