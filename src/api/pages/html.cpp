// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/pages/html.hpp"

#include "base/escape_html.hpp"

namespace chancery::pages {

void Html::add(Attributes attributes) {
  for (const auto& [name, value] : attributes) {
    bytes_ += ' ';
    bytes_ += name;
    bytes_ += "=\"" + base::escape_html(value) + "\"";
  }
}

Html& Html::open(std::string_view tag, Attributes attributes) {
  bytes_ += '<';
  bytes_ += tag;
  add(attributes);
  bytes_ += '>';
  return *this;
}

Html& Html::close(std::string_view tag) {
  bytes_ += "</";
  bytes_ += tag;
  bytes_ += '>';
  // Within a line a break would show as a blank.
  if (tag != "strong" && tag != "a") bytes_ += '\n';
  return *this;
}

Html& Html::text(std::string_view text) {
  bytes_ += base::escape_html(text);
  return *this;
}

Html& Html::element(std::string_view tag, Attributes attributes, std::string_view content) {
  return open(tag, attributes).text(content).close(tag);
}

Html& Html::empty(std::string_view tag, Attributes attributes) { return open(tag, attributes); }

Html& Html::empty(std::string_view tag, Attributes attributes, Attributes more) {
  bytes_ += '<';
  bytes_ += tag;
  add(attributes);
  add(more);
  bytes_ += '>';
  return *this;
}

Html& Html::append(const Html& other) {
  bytes_ += other.bytes_;
  return *this;
}

}  // namespace chancery::pages
