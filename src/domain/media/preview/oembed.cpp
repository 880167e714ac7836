// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/oembed.hpp"

#include "base/json.hpp"
#include "domain/media/preview/html_text.hpp"
#include "http/path_pattern.hpp"

#include <utility>

namespace chancery::media {
namespace {

constexpr std::size_t kLongestTitle = 300;
constexpr std::size_t kLongestText = 1000;

std::string text_of(const base::JsonObject& answer, std::string_view name, std::size_t longest) {
  return tidy_text(base::find_string(answer, name).value_or(""), longest);
}

}  // namespace

std::optional<OembedProviders> OembedProviders::parse(std::span<const std::string> entries) {
  OembedProviders parsed;
  for (const std::string& entry : entries) {
    const std::size_t blank = entry.find(' ');
    if (blank == std::string::npos) return std::nullopt;
    const std::string host = entry.substr(0, blank);
    auto hosts = http::DestinationList::parse(std::span(&host, 1));
    std::string address = entry.substr(blank + 1);
    if (!hosts || !http::parse_url(address)) return std::nullopt;
    parsed.providers_.push_back({.hosts = *std::move(hosts), .address = std::move(address)});
  }
  return parsed;
}

std::optional<http::Url> OembedProviders::find(const http::Url& page) const {
  for (const Provider& provider : providers_) {
    if (!provider.hosts.has_host(page.host)) continue;
    const char sign = provider.address.find('?') == std::string::npos ? '?' : '&';
    return http::parse_url(provider.address + sign +
                           "format=json&url=" + http::percent_encode(page.text()));
  }
  return std::nullopt;
}

std::optional<PageDescription> describe_oembed(std::string_view json, const http::Url& url) {
  const auto parsed = base::parse_json(json);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  const base::JsonObject& answer = parsed->get_object();
  PageDescription description;
  const auto put = [&](std::string_view name, std::string text) {
    if (!text.empty()) description.properties.emplace(name, std::move(text));
  };
  const bool is_photo = base::find_string(answer, "type") == "photo";
  const auto image = base::find_string(answer, is_photo ? "url" : "thumbnail_url");
  if (image) description.image = http::resolve_reference(url, *image);
  put("og:title", text_of(answer, "title", kLongestTitle));
  put("og:title", text_of(answer, "author_name", kLongestTitle));  // where there is no title
  put("og:description", text_of(answer, "description", kLongestText));
  if (const auto html = base::find_string(answer, "html")) {
    // Of a short message, say, whose words are nowhere else.
    const PageDescription embedded = describe_page(*html, url);
    const auto words = embedded.properties.find("og:description");
    if (words != embedded.properties.end()) put("og:description", words->second);
  }
  if (description.properties.empty() && !description.image) return std::nullopt;
  put("og:site_name", text_of(answer, "provider_name", kLongestTitle));
  return description;
}

}  // namespace chancery::media
