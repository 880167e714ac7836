// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/html_tokens.hpp"

#include <algorithm>
#include <array>

namespace chancery::media {
namespace {

constexpr std::size_t kMostAttributes = 32;
constexpr std::string_view kBlanks = " \t\r\n\f";
constexpr std::array<std::string_view, 6> kRawText{"script",   "style", "title",
                                                   "textarea", "xmp",   "iframe"};

constexpr char lower(char each) {
  return each >= 'A' && each <= 'Z' ? static_cast<char>(each + ('a' - 'A')) : each;
}
constexpr bool is_letter(char each) { return lower(each) >= 'a' && lower(each) <= 'z'; }

}  // namespace

bool equal_in_html(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, lower, lower);
}

bool HtmlToken::starts(std::string_view name) const {
  return kind == Kind::start && equal_in_html(text, name);
}

bool HtmlToken::ends(std::string_view name) const {
  return kind == Kind::end && equal_in_html(text, name);
}

std::string_view HtmlToken::attribute(std::string_view name) const {
  for (const HtmlAttribute& each : attributes) {
    if (equal_in_html(each.name, name)) return each.value;
  }
  return {};
}

bool HtmlTokens::next(HtmlToken& token) {
  token.attributes.clear();
  if (!raw_text_of_.empty()) {
    read_raw_text(token);
    if (!token.text.empty()) return true;
  }
  while (!is_at_end()) {
    if (page_[at_] == '<') {
      if (read_markup(token)) return true;
      continue;
    }
    const std::size_t end = std::min(page_.find('<', at_), page_.size());
    token.kind = HtmlToken::Kind::text;
    token.text = page_.substr(at_, end - at_);
    at_ = end;
    return true;
  }
  return false;
}

// At a '<'. False when it was nothing to tell of.
bool HtmlTokens::read_markup(HtmlToken& token) {
  const std::string_view rest = page_.substr(at_);
  if (rest.starts_with("<!--")) {
    at_ += 2;  // "<!-->" and "<!--->" are whole comments
    skip_past("-->");
    return false;
  }
  if (rest.starts_with("<!") || rest.starts_with("<?")) {
    skip_past(">");
    return false;
  }
  const bool is_end = rest.starts_with("</");
  const std::size_t name = is_end ? 2 : 1;
  if (name < rest.size() && is_letter(rest[name])) {
    at_ += name;
    token.kind = is_end ? HtmlToken::Kind::end : HtmlToken::Kind::start;
    read_tag(token);
    return true;
  }
  // A lone '<' is text.
  token.kind = HtmlToken::Kind::text;
  token.text = rest.substr(0, 1);
  ++at_;
  return true;
}

// At the first letter of the name.
void HtmlTokens::read_tag(HtmlToken& token) {
  const std::size_t end = std::min(page_.find_first_of(" \t\r\n\f/>", at_), page_.size());
  token.text = page_.substr(at_, end - at_);
  at_ = end;
  while (true) {
    while (!is_at_end() && (page_[at_] == '/' || kBlanks.find(page_[at_]) != kBlanks.npos)) ++at_;
    if (is_at_end()) break;
    if (page_[at_] == '>') {
      ++at_;
      break;
    }
    read_attribute(token);
  }
  if (token.kind != HtmlToken::Kind::start) return;
  for (const std::string_view name : kRawText) {
    if (equal_in_html(token.text, name)) raw_text_of_ = name;
  }
}

void HtmlTokens::read_attribute(HtmlToken& token) {
  // Its first character may be anything, also '='.
  const std::size_t end = std::min(page_.find_first_of(" \t\r\n\f/>=", at_ + 1), page_.size());
  HtmlAttribute attribute{.name = page_.substr(at_, end - at_), .value = {}};
  at_ = end;
  skip_blanks();
  if (!is_at_end() && page_[at_] == '=') {
    ++at_;
    skip_blanks();
    attribute.value = read_value();
  }
  if (token.attributes.size() < kMostAttributes) token.attributes.push_back(attribute);
}

std::string_view HtmlTokens::read_value() {
  if (is_at_end()) return {};
  const char quote = page_[at_];
  const bool is_quoted = quote == '"' || quote == '\'';
  if (is_quoted) ++at_;
  const std::size_t found =
      is_quoted ? page_.find(quote, at_) : page_.find_first_of(" \t\r\n\f>", at_);
  const std::size_t end = std::min(found, page_.size());
  const std::string_view value = page_.substr(at_, end - at_);
  at_ = is_quoted ? std::min(end + 1, page_.size()) : end;
  return value;
}

// Up to the end tag, which is left for the next token; without one, up to the end.
void HtmlTokens::read_raw_text(HtmlToken& token) {
  const std::string_view name = raw_text_of_;
  raw_text_of_ = {};
  std::size_t end = page_.find("</", at_);
  while (end != page_.npos && !equal_in_html(page_.substr(end + 2, name.size()), name)) {
    end = page_.find("</", end + 2);
  }
  end = std::min(end, page_.size());
  token.kind = HtmlToken::Kind::text;
  token.text = page_.substr(at_, end - at_);
  at_ = end;
}

void HtmlTokens::skip_past(std::string_view end) {
  const std::size_t found = page_.find(end, at_);
  at_ = found == page_.npos ? page_.size() : found + end.size();
}

void HtmlTokens::skip_blanks() {
  at_ = std::min(page_.find_first_not_of(kBlanks, at_), page_.size());
}

}  // namespace chancery::media
