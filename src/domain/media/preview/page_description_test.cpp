// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/page_description.hpp"

#include <doctest/doctest.h>

namespace chancery::media {
namespace {

const http::Url kUrl = http::parse_url("https://a.example/b/page.html").value();

PageDescription describe(std::string_view page) { return describe_page(page, kUrl); }

std::string property(std::string_view page, const std::string& name) {
  const PageDescription described = describe(page);
  const auto found = described.properties.find(name);
  return found == described.properties.end() ? "-" : found->second;
}

std::string image(std::string_view page) {
  const PageDescription described = describe(page);
  return described.image ? described.image->text() : "-";
}

constexpr std::string_view kParagraph =
    "<p>This paragraph is long enough to say what the page is about, all in all.</p>";

}  // namespace

TEST_CASE("what a page says by OpenGraph is taken") {
  const PageDescription described = describe(R"(
    <html><head><title>Other</title>
    <meta property="og:title" content="The Rock &amp; more" />
    <meta property="og:type" content="video.movie">
    <meta property='og:url' content='/title'>
    <meta property="og:site_name" content=" A  site ">
    <meta property="og:description" content="Text">
    <meta property="og:image" content="test.png">
    <meta property="og:image:alt" content="A rock">
    <meta property="og:video" content="https://tracker.example/video">
    </head><body><meta property="og:title" content="Late"></body></html>)");

  CHECK(described.properties ==
        std::map<std::string, std::string>{{"og:title", "The Rock & more"},
                                           {"og:type", "video.movie"},
                                           {"og:url", "https://a.example/title"},
                                           {"og:site_name", "A site"},
                                           {"og:description", "Text"}});
  CHECK(described.image->text() == "https://a.example/b/test.png");
  CHECK(described.image_text == "A rock");
}

TEST_CASE("where OpenGraph is silent, cards, description and title speak") {
  CHECK(property("<title>\n A title </title>", "og:title") == "A title");
  CHECK(property("<title>T</title><meta name='twitter:title' content='C'>", "og:title") == "C");
  CHECK(property("<meta name=Description content=D>", "og:description") == "D");
  CHECK(property("<meta name='twitter:description' content=E><meta name=description content=D>",
                 "og:description") == "E");
  CHECK(property("<title></title><title>Second</title>", "og:title") == "Second");
  CHECK(property("<p>no title", "og:title") == "-");
}

TEST_CASE("without a description the first paragraph of some length is one") {
  const std::string page =
      "<p>Menu</p><script>var p = '<p>';</script>" + std::string(kParagraph) + kParagraph.data();
  CHECK(property(page, "og:description") ==
        "This paragraph is long enough to say what the page is about, all in all.");
  CHECK(property("<p>Short</p>", "og:description") == "-");
  CHECK(property("<p>One <b>bold</b> word<script>not(this)</script> in a paragraph that is long "
                 "enough to be taken for one.",
                 "og:description") ==
        "One bold word in a paragraph that is long enough to be taken for one.");
}

TEST_CASE("a paragraph that a title breaks off is tidied as any other") {
  const std::string page =
      "<p>A paragraph that is\x0f long enough, \n and then \x02 there comes a "
      "<title>title</title>";
  CHECK(property(page, "og:description") ==
        "A paragraph that is long enough, and then there comes a");
}

TEST_CASE("an image is found by its best address, seen from the page's base") {
  CHECK(image("<meta property=og:image content=a.png>"
              "<meta property=og:image:secure_url content=https://b.example/s.png>") ==
        "https://b.example/s.png");
  CHECK(image("<base href='//c.example/x/'><meta name=twitter:image content=i.png>") ==
        "https://c.example/x/i.png");
  CHECK(image("<link rel=image_src href=/l.png>") == "https://a.example/l.png");
  CHECK(image("<meta property=og:image content='javascript:alert(1)'>") == "-");
  CHECK(image("<meta property=og:image content='data:image/png;base64,AAAA'>") == "-");
  CHECK(image("<meta property=og:image content='file:///etc/passwd'>") == "-");
  CHECK(image("<meta property=og:image content=''>") == "-");
}

TEST_CASE("an address of the page's that is none of the web is not passed on") {
  CHECK(property("<meta property=og:url content='javascript:alert(1)'>", "og:url") == "-");
  CHECK(property("<meta property=og:url content='http://user:password@x/'>", "og:url") == "-");
}

TEST_CASE("texts are bounded, whatever the page has") {
  const std::string long_text(100'000, 'x');
  const std::string page = "<title>" + long_text + "</title><meta name=description content='" +
                           long_text + "'><meta property=og:site_name content=" + long_text + ">";

  CHECK(property(page, "og:title").size() <= 300);
  CHECK(property(page, "og:description").size() <= 1000);
  CHECK(property(page, "og:site_name").size() <= 300);
}

TEST_CASE("a million paragraphs, metas and nested tags cost no more than their length") {
  for (const std::string_view part :
       {"<p>", "<p>short</p>", "<div>", "<meta property=og:title content=x>", "<title>", "<base>",
        "<p> &nbsp;<p>"}) {
    CAPTURE(part);
    std::string page(kParagraph);
    for (int i = 0; i < 200'000; ++i) page += part;
    CHECK(describe(page).properties.size() <= 3);
  }
}
}  // namespace chancery::media
