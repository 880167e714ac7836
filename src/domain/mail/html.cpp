// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/html.hpp"

namespace chancery::mail {

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Html& Html::text(std::string_view text) {
  html_ += escape_html(text);
  return *this;
}

Html& Html::link(std::string_view url, std::string_view text) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return this->text(text);
  html_ += "<a href=\"" + escape_html(url) + "\">" + escape_html(text) + "</a>";
  return *this;
}

}  // namespace chancery::mail
