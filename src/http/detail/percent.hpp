// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Percent-decoding into a text that is there already.
//
// Spec:    RFC 3986, 2.1.

#include "http/detail/ascii.hpp"

#include <string>
#include <string_view>

namespace chancery::http::detail {

// The character that the two digits behind a '%' at the front of `text` give, above 0; 0 or less
// when they are none, missing, or give NUL.
[[nodiscard]] constexpr int decode_escape(std::string_view text) {
  return text.size() < 3 ? 0 : hex_value(text[1]) * 16 + hex_value(text[2]);
}

// False when an escape is malformed or gives NUL, or what comes of it is no UTF-8: it would go into
// answers as it is, and the whole of such an answer would be no JSON. What was appended then means
// nothing.
[[nodiscard]] bool append_decoded(std::string& out, std::string_view text);

}  // namespace chancery::http::detail
