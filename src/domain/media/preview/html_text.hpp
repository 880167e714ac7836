// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Texts of pages: bytes of whatever encoding into UTF-8, entities into characters, long texts cut.
//
// Failure: none; what cannot be read is U+FFFD.
// Spec:    WHATWG Encoding (UTF-8, UTF-16, windows-1252, windows-1251, ISO-8859-15); HTML,
//          "character references", those of HTML 4 for Latin letters and punctuation.

#include <cstddef>
#include <string>
#include <string_view>

namespace chancery::media {

// The page in UTF-8. A byte order mark wins over `content_type`, that over what the page's first
// kilobyte says; without a word it is UTF-8 if it can be, else windows-1252.
[[nodiscard]] std::string decode_page(std::string_view bytes, std::string_view content_type);

// "&amp;" and "&#38;" as '&'.
[[nodiscard]] std::string decode_entities(std::string_view text);

// On one line, without characters that control, or that turn the direction of what follows; at
// most `most` bytes, an ellipsis in place of the rest.
[[nodiscard]] std::string tidy_text(std::string_view text, std::size_t most);

}  // namespace chancery::media
