// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Byte ranges: which part of content a request wants.
//
// Spec: RFC 9110, 14.1 and 14.2. One range at a time; a request for several
// gets the whole.

#include <cstdint>
#include <string_view>
#include <variant>

namespace chancery::media_api {

struct WholeContent {};
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t length = 0;  // at least 1
};
struct UnsatisfiableRange {};
using RangeVerdict = std::variant<WholeContent, ByteRange, UnsatisfiableRange>;

// `field` is the value of Range. What is no valid byte range is passed over.
[[nodiscard]] RangeVerdict choose_range(std::string_view field, std::uint64_t size);

}  // namespace chancery::media_api
