// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/timeline_token.hpp"

#include "base/append_number.hpp"
#include "base/parse_number.hpp"

#include <cstdint>

namespace chancery::rooms {

std::string timeline_token(storage::StreamPosition after) {
  std::string text = "s";
  base::append_number(text, after.value);
  return text;
}

std::optional<storage::StreamPosition> parse_timeline_token(std::string_view token) {
  if (!token.starts_with('s')) return std::nullopt;
  token.remove_prefix(1);
  const auto value = base::parse_number<std::uint64_t>(token.substr(0, token.find('_')));
  if (!value) return std::nullopt;
  return storage::StreamPosition{*value};
}

}  // namespace chancery::rooms
