// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Content-Disposition: whatever the name and the type, one line of printable ASCII whose quotes
// close where they should.

#include "api/media/byte_range.hpp"
#include "api/media/content_disposition.hpp"
#include "base/assert.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace chancery;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t split = std::min(text.find('\n'), text.size());
  const std::string_view type = text.substr(0, split);
  const std::string name(text.substr(split));

  const std::string field = media_api::content_disposition(type, name);
  CHANCERY_ASSERT(std::ranges::all_of(field, [](char c) { return c >= ' ' && c <= '~'; }));
  const auto quotes = std::ranges::count(field, '"');
  CHANCERY_ASSERT(quotes == 0 || (quotes == 2 && field.back() == '"'));
  CHANCERY_ASSERT(field.starts_with(media_api::may_be_shown(type) ? "inline" : "attachment"));

  const media_api::RangeVerdict verdict = media_api::choose_range(text, 1000);
  if (const auto* range = std::get_if<media_api::ByteRange>(&verdict)) {
    CHANCERY_ASSERT(range->length > 0 && range->begin < 1000);
    CHANCERY_ASSERT(range->length <= 1000 - range->begin);
  }
  return 0;
}
