// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/mail/html.hpp"

#include "base/escape_html.hpp"

namespace chancery::mail {

Html& Html::text(std::string_view text) {
  html_ += base::escape_html(text);
  return *this;
}

Html& Html::link(std::string_view url, std::string_view text) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return this->text(text);
  html_ += "<a href=\"" + base::escape_html(url) + "\">" + base::escape_html(text) + "</a>";
  return *this;
}

}  // namespace chancery::mail
