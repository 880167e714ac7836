// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/oembed.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::media {
namespace {

const http::Url kFrom = http::parse_url("https://video.example/oembed?url=a").value();

std::string property(std::string_view json, const std::string& name) {
  const auto described = describe_oembed(json, kFrom);
  if (!described) return "none";
  const auto found = described->properties.find(name);
  return found == described->properties.end() ? "-" : found->second;
}

std::string asked(const std::vector<std::string>& entries, std::string_view page) {
  const auto providers = OembedProviders::parse(entries);
  if (!providers) return "no list";
  const auto found = providers->find(http::parse_url(page).value());
  return found ? found->text() : "nobody";
}

}  // namespace

TEST_CASE("a video's title, site and picture are taken, its player is not") {
  const auto described =
      describe_oembed(R"({"version":"1.0","type":"video","title":" A\nvideo ","author_name":"Ann",)"
                      R"("provider_name":"Video","thumbnail_url":"/t.jpg","thumbnail_width":480.5,)"
                      R"("html":"<iframe src='https://tracker.example/'></iframe>"})",
                      kFrom);
  REQUIRE(described.has_value());
  CHECK(described->properties ==
        std::map<std::string, std::string>{{"og:title", "A video"}, {"og:site_name", "Video"}});
  CHECK(described->image->text() == "https://video.example/t.jpg");
}

TEST_CASE("a photograph is its own picture") {
  const auto described = describe_oembed(
      R"({"type":"photo","url":"https://i.example/p.png","thumbnail_url":"/t.png"})", kFrom);
  REQUIRE(described.has_value());
  CHECK(described->image->text() == "https://i.example/p.png");
}

TEST_CASE("of what would be embedded the words alone are taken") {
  const std::string words = "What was said there is long enough to be taken for a paragraph.";
  const std::string json = fmt::format(
      R"({{"type":"rich","author_name":"Ann","html":"<p>{}<script>evil()</script></p>"}})", words);
  CHECK(property(json, "og:title") == "Ann");
  CHECK(property(json, "og:description") == words);
}

TEST_CASE("what is no answer says nothing") {
  for (const char* text : {"", "[]", "1", "{}", R"({"provider_name":"Video"})", R"({"title":1})",
                           R"({"title":"a","title":"b"})", "<oembed><title>a</title></oembed>"}) {
    CAPTURE(text);
    CHECK(property(text, "og:title") == "none");
  }
  CHECK(property(std::string(100'000, '['), "og:title") == "none");
  CHECK_FALSE(describe_oembed(R"({"type":"photo","url":"file:///etc/passwd"})", kFrom).has_value());
}

TEST_CASE("texts are bounded, whatever the answer has") {
  const std::string json = R"({"title":")" + std::string(100'000, 'a') + "\"}";
  CHECK(property(json, "og:title").size() <= 300);
}

TEST_CASE("a provider is asked about the pages of its hosts") {
  const std::vector<std::string> list{"*.video.example https://video.example/oembed",
                                      "photos.example https://api.photos.example/o?key=1"};
  CHECK(asked(list, "https://www.video.example/w?v=1&t=2") ==
        "https://video.example/oembed?format=json&url=https%3A%2F%2Fwww.video.example%2Fw%3Fv%3D1"
        "%26t%3D2");
  CHECK(asked(list, "http://photos.example/") ==
        "https://api.photos.example/o?key=1&format=json&url=http%3A%2F%2Fphotos.example%2F");
  CHECK(asked(list, "https://video.example.evil.example/") == "nobody");
  CHECK(asked({}, "https://video.example/") == "nobody");
}

TEST_CASE("what is no entry of the list is refused") {
  for (const char* entry : {"", "video.example", "https://video.example/oembed",
                            "video.example video.example/oembed", "a b https://c.example/"}) {
    CAPTURE(entry);
    CHECK(asked({entry}, "https://video.example/") == "no list");
  }
}

}  // namespace chancery::media
