// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/search/search_place.hpp"

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/parse_number.hpp"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>

namespace chancery::search {
namespace {

constexpr std::size_t kMostTokenBytes = 1'024;
constexpr std::size_t kFields = 9;

std::string check_of(std::string_view fields, std::string_view request) {
  return base::encode_hex(base::sha256(fmt::format("{}\n{}", fields, request)).substr(0, 8));
}

std::optional<std::array<std::string_view, kFields>> split(std::string_view text) {
  std::array<std::string_view, kFields> fields;
  for (std::size_t i = 0; i < kFields; ++i) {
    const std::size_t end = i + 1 == kFields ? text.size() : text.find('|');
    if (end == std::string_view::npos) return std::nullopt;
    fields[i] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return fields;
}

}  // namespace

std::string write_search_token(const SearchToken& token, std::string_view request) {
  const SearchPlace& place = token.place;
  const SearchPlace::Shown shown = place.shown.value_or(SearchPlace::Shown{});
  const std::string fields =
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", place.below.value, place.from.value,
                  place.shown ? 1 : 0, std::bit_cast<std::uint64_t>(shown.rank), shown.order,
                  shown.event.value, place.counted, static_cast<unsigned>(token.group));
  const std::string all = fmt::format("{}|{}", fields, token.value);
  return base::encode_base64url(fmt::format("{}|{}", check_of(all, request), all));
}

std::optional<SearchToken> read_search_token(std::string_view text, std::string_view request) {
  if (text.size() > kMostTokenBytes) return std::nullopt;
  const auto bytes = base::decode_base64(text);
  if (!bytes) return std::nullopt;
  const std::size_t end = bytes->find('|');
  if (end == std::string::npos) return std::nullopt;
  const std::string_view all = std::string_view(*bytes).substr(end + 1);
  if (bytes->substr(0, end) != check_of(all, request)) return std::nullopt;
  const auto fields = split(all);
  if (!fields) return std::nullopt;
  std::array<std::uint64_t, kFields - 1> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = base::parse_number<std::uint64_t>((*fields)[i]);
    if (!number) return std::nullopt;
    numbers[i] = *number;
  }
  if (numbers[2] > 1 || numbers[4] > UINT32_MAX || numbers[7] > 2) return std::nullopt;
  SearchToken token{.place = {.below = {numbers[0]},
                              .from = {numbers[1]},
                              .shown = std::nullopt,
                              .counted = numbers[6]},
                    .group = static_cast<SearchGroup>(numbers[7]),
                    .value = std::string(fields->back())};
  const auto rank = std::bit_cast<double>(numbers[3]);
  if (!std::isfinite(rank)) return std::nullopt;
  if (numbers[2] == 1) {
    token.place.shown = SearchPlace::Shown{
        .rank = rank, .order = static_cast<std::uint32_t>(numbers[4]), .event = {numbers[5]}};
  }
  return token;
}

}  // namespace chancery::search
