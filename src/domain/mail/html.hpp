// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// HTML for mails: constant markup with text in it that cannot become markup.
//
//   Html body;
//   body.markup("<p>").text(name).markup("</p>").link(url, "Confirm");

#include <string>
#include <string_view>

namespace chancery::mail {

class Html {
 public:
  // A literal of the program alone: consteval keeps what somebody sent out of here.
  struct Markup {
    consteval Markup(const char* literal) : text(literal) {}  // NOLINT(google-explicit-constructor)
    std::string_view text;
  };
  Html& markup(Markup markup) {
    html_ += markup.text;
    return *this;
  }
  Html& text(std::string_view text);
  // `url` becomes an attribute, escaped; only http and https become links, anything else is text.
  Html& link(std::string_view url, std::string_view text);

  [[nodiscard]] const std::string& str() const { return html_; }

 private:
  std::string html_;
};

}  // namespace chancery::mail
