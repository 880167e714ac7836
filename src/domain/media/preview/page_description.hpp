// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a page says of itself: OpenGraph, the cards of twitter, its title and description.
//
// Pure. Of each property the first wins; OpenGraph wins over the others. No address of the page's
// reaches a client but og:url: what shows an image must not ask strangers for it.
//
// Failure: none; a page may say nothing.
// Spec:    client-server, "GET /_matrix/client/v1/media/preview_url"; ogp.me.

#include "http/url.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace chancery::media {

struct PageDescription {
  // "og:title" and its like, but for the image.
  std::map<std::string, std::string> properties;
  std::optional<http::Url> image;
  std::string image_text;           // what it shows, in words; may be empty
  std::optional<http::Url> oembed;  // where the site says more of the page, in JSON

  // Whether nothing is missing that a preview shows.
  [[nodiscard]] bool is_whole() const {
    return image && properties.contains("og:title") && properties.contains("og:description");
  }
  // What `other` says and this one does not.
  void fill_from(PageDescription other);
};

// `page` in UTF-8, found at `url`.
[[nodiscard]] PageDescription describe_page(std::string_view page, const http::Url& url);

}  // namespace chancery::media
