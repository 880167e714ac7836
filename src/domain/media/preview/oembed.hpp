// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// OEmbed: what a site's provider says in JSON of its pages, many of which say nothing themselves.
//
// Pure. Only words and one image are taken; the HTML that a provider would have embedded is read
// for its words and never passed on.
//
// Failure: absent.
// Spec:    oembed.com, JSON alone.

#include "domain/media/preview/page_description.hpp"
#include "http/outbound_rules.hpp"
#include "http/url.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::media {

class OembedProviders {
 public:
  OembedProviders() = default;
  // Each entry is a host, as deny lists have them, a blank and the address of its provider:
  // "*.video.example https://video.example/oembed". Absent when one is none.
  [[nodiscard]] static std::optional<OembedProviders> parse(std::span<const std::string> entries);

  // Where to ask about the page; absent when no provider is listed for its host.
  [[nodiscard]] std::optional<http::Url> find(const http::Url& page) const;

 private:
  struct Provider {
    http::DestinationList hosts;
    std::string address;
  };
  std::vector<Provider> providers_;
};

// What an answer found at `url` says. Absent when it says nothing of a page.
[[nodiscard]] std::optional<PageDescription> describe_oembed(std::string_view json,
                                                             const http::Url& url);

}  // namespace chancery::media
