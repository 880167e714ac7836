// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// HTML as a row of tags and texts: what a preview needs, and no tree.
//
// One pass without recursion: a million nested tags are a million tokens, and time grows with the
// length alone. Comments and declarations are passed over; what stands in script, style, title and
// textarea is one text.
//
// Failure: none; whatever the bytes are, they are some row of tokens.
// Lifetime: tokens refer to the page.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace chancery::media {

struct HtmlAttribute {
  std::string_view name;   // as written
  std::string_view value;  // as written, entities and all
};

struct HtmlToken {
  enum class Kind : std::uint8_t { text, start, end };
  Kind kind = Kind::text;
  std::string_view text;                  // of a tag its name, as written
  std::vector<HtmlAttribute> attributes;  // the first 32

  // Whether it is a tag of this (lower-case) name.
  [[nodiscard]] bool starts(std::string_view name) const;
  [[nodiscard]] bool ends(std::string_view name) const;
  // Absent is empty.
  [[nodiscard]] std::string_view attribute(std::string_view name) const;
};

class HtmlTokens {
 public:
  explicit HtmlTokens(std::string_view page) : page_(page) {}

  // Reads the next token into `token`; false at the end.
  bool next(HtmlToken& token);

 private:
  bool read_markup(HtmlToken& token);
  void read_tag(HtmlToken& token);
  void read_attribute(HtmlToken& token);
  std::string_view read_value();
  void read_raw_text(HtmlToken& token);
  void skip_past(std::string_view end);
  void skip_blanks();
  [[nodiscard]] bool is_at_end() const { return at_ >= page_.size(); }

  std::string_view page_;
  std::size_t at_ = 0;
  std::string_view raw_text_of_;  // the tag whose end ends the text; empty: none
};

// ASCII letters without case.
[[nodiscard]] bool equal_in_html(std::string_view left, std::string_view right);

}  // namespace chancery::media
