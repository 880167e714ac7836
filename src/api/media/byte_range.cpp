// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/media/byte_range.hpp"

#include "base/parse_number.hpp"

#include <algorithm>

namespace chancery::media_api {

RangeVerdict choose_range(std::string_view field, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!field.starts_with(kUnit)) return WholeContent{};
  field.remove_prefix(kUnit.size());
  const std::size_t dash = field.find('-');
  if (dash == std::string_view::npos || field.find(',') != std::string_view::npos) {
    return WholeContent{};
  }
  const std::string_view first = field.substr(0, dash);
  const std::string_view last = field.substr(dash + 1);
  const auto from = base::parse_number<std::uint64_t>(first);
  const auto to = base::parse_number<std::uint64_t>(last);
  if ((!first.empty() && !from) || (!last.empty() && !to)) return WholeContent{};
  if (!from && !to) return WholeContent{};

  if (!from) {  // the last so many
    if (*to == 0 || size == 0) return UnsatisfiableRange{};
    const std::uint64_t length = std::min(*to, size);
    return ByteRange{.begin = size - length, .length = length};
  }
  if (to && *to < *from) return WholeContent{};
  if (*from >= size) return UnsatisfiableRange{};
  const std::uint64_t end = to ? std::min(*to, size - 1) : size - 1;
  return ByteRange{.begin = *from, .length = end - *from + 1};
}

}  // namespace chancery::media_api
