// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/page_description.hpp"

#include "domain/media/preview/html_text.hpp"
#include "domain/media/preview/html_tokens.hpp"

#include <algorithm>
#include <array>

namespace chancery::media {
namespace {

constexpr std::size_t kLongestTitle = 300;
constexpr std::size_t kLongestText = 1000;
constexpr std::size_t kLongestRaw = 8 * 1024;  // of a value as it stands in the page
constexpr std::size_t kMostTokens = 500'000;
// A paragraph of fewer bytes is a menu or a button.
constexpr std::size_t kLeastParagraph = 50;

// What a page says by <meta>, and whatever else is looked at.
class Reading {
 public:
  void take(const HtmlToken& token);
  PageDescription finish(const http::Url& url);

 private:
  void take_meta(const HtmlToken& token);
  void take_link(const HtmlToken& token);
  void take_text(std::string_view text);
  void end_paragraph();
  [[nodiscard]] std::string first_of(std::initializer_list<std::string_view> names,
                                     std::size_t longest) const;

  std::map<std::string, std::string, std::less<>> said_;
  std::string title_;
  std::string paragraph_;
  std::string_view base_;
  std::string_view linked_image_;
  std::string_view linked_oembed_;
  enum class Within : std::uint8_t { other, title, paragraph };
  Within within_ = Within::other;
  bool is_hidden_ = false;
  bool has_paragraph_ = false;
};

// The properties that are looked at, of "og:", of "twitter:" and of none.
constexpr std::array<std::string_view, 15> kKnown{
    "og:title",      "og:description",    "og:type",
    "og:url",        "og:site_name",      "og:locale",
    "og:image",      "og:image:url",      "og:image:secure_url",
    "og:image:alt",  "twitter:title",     "twitter:description",
    "twitter:image", "twitter:image:alt", "description"};

void Reading::take_meta(const HtmlToken& token) {
  for (const std::string_view by : {"property", "name"}) {
    const std::string_view named = token.attribute(by);
    for (const std::string_view known : kKnown) {
      if (!equal_in_html(named, known)) continue;
      const std::string_view raw = token.attribute("content").substr(0, kLongestRaw);
      std::string value = decode_entities(raw);
      if (!value.empty()) said_.try_emplace(std::string(known), std::move(value));
    }
  }
}

void Reading::take_link(const HtmlToken& token) {
  const std::string_view relation = token.attribute("rel");
  if (equal_in_html(relation, "image_src")) {
    if (linked_image_.empty()) linked_image_ = token.attribute("href");
  } else if (equal_in_html(relation, "alternate") &&
             equal_in_html(token.attribute("type"), "application/json+oembed")) {
    if (linked_oembed_.empty()) linked_oembed_ = token.attribute("href");
  }
}

void Reading::take_text(std::string_view text) {
  if (is_hidden_) return;
  if (within_ == Within::title && title_.empty()) {
    title_ = decode_entities(text.substr(0, kLongestRaw));
  }
  if (within_ == Within::paragraph && paragraph_.size() < kLongestText) {
    paragraph_ += decode_entities(text.substr(0, kLongestRaw));
  }
}

// The first paragraph that is long enough stays.
void Reading::end_paragraph() {
  if (within_ != Within::paragraph) return;
  within_ = Within::other;
  paragraph_ = tidy_text(paragraph_, kLongestText);
  has_paragraph_ = paragraph_.size() >= kLeastParagraph;
  if (!has_paragraph_) paragraph_.clear();
}

void Reading::take(const HtmlToken& token) {
  if (token.kind == HtmlToken::Kind::text) return take_text(token.text);
  for (const std::string_view name : {"script", "style", "textarea"}) {
    if (token.starts(name) || token.ends(name)) is_hidden_ = token.starts(name);
  }
  if (token.starts("meta")) {
    take_meta(token);
  } else if (token.starts("base") && base_.empty()) {
    base_ = token.attribute("href");
  } else if (token.starts("link")) {
    take_link(token);
  } else if (token.starts("title") || token.ends("title")) {
    end_paragraph();
    within_ = token.starts("title") ? Within::title : Within::other;
  } else if (token.starts("p") || token.ends("p")) {
    end_paragraph();
    if (token.starts("p") && !has_paragraph_) within_ = Within::paragraph;
  }
}

std::string Reading::first_of(std::initializer_list<std::string_view> names,
                              std::size_t longest) const {
  for (const std::string_view name : names) {
    const auto found = said_.find(name);
    if (found == said_.end()) continue;
    if (std::string text = tidy_text(found->second, longest); !text.empty()) return text;
  }
  return {};
}

PageDescription Reading::finish(const http::Url& url) {
  PageDescription description;
  const auto put = [&](std::string_view name, std::string text) {
    if (!text.empty()) description.properties.emplace(name, std::move(text));
  };
  std::string title = first_of({"og:title", "twitter:title"}, kLongestTitle);
  put("og:title", title.empty() ? tidy_text(title_, kLongestTitle) : std::move(title));
  std::string text =
      first_of({"og:description", "twitter:description", "description"}, kLongestText);
  end_paragraph();
  if (text.empty()) text = paragraph_;
  put("og:description", std::move(text));
  put("og:type", first_of({"og:type"}, kLongestTitle));
  put("og:site_name", first_of({"og:site_name"}, kLongestTitle));
  put("og:locale", first_of({"og:locale"}, kLongestTitle));

  const auto base = http::resolve_reference(url, decode_entities(base_)).value_or(url);
  const auto link = first_of({"og:url"}, http::kLongestUrl);
  const auto canonical = link.empty() ? std::nullopt : http::resolve_reference(base, link);
  if (canonical) put("og:url", canonical->text());
  std::string image = first_of({"og:image:secure_url", "og:image:url", "og:image", "twitter:image"},
                               http::kLongestUrl);
  if (image.empty()) image = decode_entities(linked_image_.substr(0, kLongestRaw));
  if (!image.empty()) description.image = http::resolve_reference(base, image);
  description.image_text = first_of({"og:image:alt", "twitter:image:alt"}, kLongestText);
  if (!linked_oembed_.empty()) {
    description.oembed =
        http::resolve_reference(base, decode_entities(linked_oembed_.substr(0, kLongestRaw)));
  }
  return description;
}

}  // namespace

void PageDescription::fill_from(PageDescription other) {
  properties.merge(other.properties);
  if (image) return;
  image = std::move(other.image);
  image_text = std::move(other.image_text);
}

PageDescription describe_page(std::string_view page, const http::Url& url) {
  Reading reading;
  HtmlTokens tokens(page);
  HtmlToken token;
  for (std::size_t count = 0; count < kMostTokens && tokens.next(token); ++count) {
    reading.take(token);
  }
  return reading.finish(url);
}

}  // namespace chancery::media
