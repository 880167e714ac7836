// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0

// Pages: whatever they are and say of their encoding, a preview is bounded UTF-8, and an image has
// an address of the web. The same of what sites say in JSON.

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "domain/media/preview/html_text.hpp"
#include "domain/media/preview/oembed.hpp"
#include "domain/media/preview/page_description.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace chancery;

namespace {

void check(const media::PageDescription& described) {
  for (const auto& [name, value] : described.properties) {
    CHANCERY_ASSERT(name.starts_with("og:") && !value.empty());
    CHANCERY_ASSERT(value.size() <= 2 * http::kLongestUrl && base::is_utf8(value));
    for (const char each : value) CHANCERY_ASSERT(static_cast<unsigned char>(each) >= 0x20);
  }
  for (const auto& url : {described.image, described.oembed}) {
    if (url) CHANCERY_ASSERT(http::parse_url(url->text()) == url);
  }
  CHANCERY_ASSERT(base::is_utf8(described.image_text) && described.image_text.size() <= 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t end = text.find('\n');
  const std::string_view type = text.substr(0, end);
  const std::string page =
      media::decode_page(end == text.npos ? std::string_view() : text.substr(end + 1), type);
  CHANCERY_ASSERT(base::is_utf8(page));
  static const http::Url kUrl = http::parse_url("https://a.example/b").value();
  check(media::describe_page(page, kUrl));
  if (const auto described = media::describe_oembed(text, kUrl)) check(*described);
  return 0;
}
