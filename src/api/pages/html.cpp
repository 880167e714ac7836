// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/pages/html.hpp"

#include "base/escape_html.hpp"

#include <algorithm>
#include <array>

namespace chancery::pages {
namespace {

// Within a line a break would show as a blank.
constexpr std::array<std::string_view, 4> kInline{"strong", "a", "bdi", "code"};

// Marks that turn the direction of a text about, by the bytes after the first two: U+202A to
// U+202E, U+2066 to U+2069.
bool turns_direction(std::string_view text) {
  if (!text.starts_with("\xE2\x80") && !text.starts_with("\xE2\x81")) return false;
  if (text.size() < 3) return false;
  const auto last = static_cast<unsigned char>(text[2]);
  return text[1] == '\x80' ? last >= 0xAA && last <= 0xAE : last >= 0xA6 && last <= 0xA9;
}

}  // namespace

void Html::add(Attributes attributes) {
  for (const auto& [name, value] : attributes) {
    if (name.empty()) continue;
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
  if (std::ranges::find(kInline, tag) == kInline.end()) bytes_ += '\n';
  return *this;
}

Html& Html::text(std::string_view text) {
  bytes_ += base::escape_html(text);
  return *this;
}

Html& Html::foreign(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    if (turns_direction(text.substr(at))) {
      at += 3;
    } else {
      kept += text[at++];
    }
  }
  return element("bdi", {}, kept);
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
