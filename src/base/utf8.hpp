// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// UTF-8 text: is it, and one code point at a time.
//
// Surrogates, overlong forms and anything beyond U+10FFFF are no UTF-8.
// Spec: RFC 3629.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chancery::base {

[[nodiscard]] bool is_utf8(std::string_view text);

// Length of the sequence that `text` begins with, 1 to 4; 0 when it begins with none.
[[nodiscard]] std::size_t utf8_length(std::string_view text);

// The code point of the valid sequence that `text` begins with.
// Requires: utf8_length(text) > 0.
[[nodiscard]] char32_t utf8_code_point(std::string_view text);

// The beginning of `text`, whole code points of at most `most` bytes; what is no UTF-8 becomes
// U+FFFD.
[[nodiscard]] std::string clean_utf8(std::string_view text, std::size_t most);

void append_utf8(std::string& out, char32_t code_point);

}  // namespace chancery::base
