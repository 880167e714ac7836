// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/sync_token.hpp"

#include "base/append_number.hpp"
#include "base/parse_number.hpp"

#include <array>
#include <cstddef>

namespace chancery::sync {
namespace {

constexpr std::size_t kUsualToken = 60;  // bytes: positions of a few million, the start's

}  // namespace

std::string sync_token_text(const SyncToken& token) {
  std::string text;
  text.reserve(kUsualToken);
  for (const std::uint64_t number : {token.position.value, token.start, token.typing,
                                     token.presence, token.to_device.value, token.chain}) {
    text += text.empty() ? 's' : '_';
    base::append_number(text, number);
  }
  return text;
}

std::optional<SyncToken> parse_sync_token(std::string_view text) {
  if (!text.starts_with('s')) return std::nullopt;
  text.remove_prefix(1);
  std::array<std::uint64_t, 6> numbers{};
  std::size_t count = 0;
  while (true) {
    const std::size_t end = text.find('_');
    const auto number = base::parse_number<std::uint64_t>(text.substr(0, end));
    if (!number || count == numbers.size()) return std::nullopt;
    numbers[count++] = *number;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  // COMPAT: servers before 0.2 gave tokens without a chain.
  if (count != 1 && count + 1 < numbers.size()) return std::nullopt;
  // Positions are signed in the database.
  constexpr auto kHighest = static_cast<std::uint64_t>(INT64_MAX);
  if (numbers[0] > kHighest || numbers[4] > kHighest) return std::nullopt;
  return SyncToken{.position = {numbers[0]},
                   .start = numbers[1],
                   .typing = numbers[2],
                   .presence = numbers[3],
                   .to_device = {count == 1 ? numbers[0] : numbers[4]},
                   .chain = numbers[5]};
}

}  // namespace chancery::sync
