// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/media/preview/html_tokens.hpp"

#include <doctest/doctest.h>

#include <string>

namespace chancery::media {
namespace {

// "<a b=[c]>", "</a>" and "text", one after the other with bars between.
std::string tokens_of(std::string_view page) {
  HtmlTokens tokens(page);
  HtmlToken token;
  std::string out;
  while (tokens.next(token)) {
    if (!out.empty()) out += '|';
    if (token.kind == HtmlToken::Kind::text) {
      out += token.text;
      continue;
    }
    out += token.kind == HtmlToken::Kind::end ? "</" : "<";
    out += token.text;
    for (const auto& [name, value] : token.attributes) {
      ((((out += ' ') += name) += "=[") += value) += ']';
    }
    out += '>';
  }
  return out;
}

std::size_t count_tokens(std::string_view page) {
  HtmlTokens tokens(page);
  HtmlToken token;
  std::size_t count = 0;
  while (tokens.next(token)) ++count;
  return count;
}

}  // namespace

TEST_CASE("tags, attributes and texts are told in order") {
  CHECK(tokens_of("<p class=\"a b\" id='x' hidden data-n=1>Hello</P><br/>") ==
        "<p class=[a b] id=[x] hidden=[] data-n=[1]>|Hello|</P>|<br>");
  CHECK(tokens_of("<META Property = \"og:title\"\n content='x > y'>") ==
        "<META Property=[og:title] content=[x > y]>");
}

TEST_CASE("comments and declarations are passed over") {
  CHECK(tokens_of("<!DOCTYPE html><!-- <p> -- > --><a><?php x ?><!-->b<!--->c") == "<a>|b|c");
  CHECK(tokens_of("a<!-- no end <p>") == "a");
  CHECK(tokens_of("a<!doctype no end") == "a");
}

TEST_CASE("what stands in scripts, styles and titles is one text") {
  CHECK(tokens_of("<script>if (a<b) \"</p>\"</SCRIPT><p>") ==
        "<script>|if (a<b) \"</p>\"|</SCRIPT>|<p>");
  CHECK(tokens_of("<title>a <b> &amp; c</title>d") == "<title>|a <b> &amp; c|</title>|d");
  CHECK(tokens_of("<style></style>x") == "<style>|</style>|x");
  CHECK(tokens_of("<script>never ended <p>") == "<script>|never ended <p>");
}

TEST_CASE("what is broken is still some row of tokens") {
  CHECK(tokens_of("a < b <3 </ c <") == "a |<| b |<|3 |<|/ c |<");
  CHECK(tokens_of("<p a=\"no end>") == "<p a=[no end>]>");
  CHECK(tokens_of("<p a=") == "<p a=[]>");
  CHECK(tokens_of("<p =a>") == "<p =a=[]>");
  CHECK(tokens_of("<p") == "<p>");
  CHECK(tokens_of("<p/ / >") == "<p>");
  CHECK(tokens_of("") == "");
  CHECK(tokens_of(std::string_view("<p\0a>", 5)).size() == 5);
}

TEST_CASE("a million nested tags, and as many openings of anything, are read in one go") {
  for (const std::string_view part : {"<div>", "<", "<!--", "</", "<a b=\"", "<script>",
                                      "<title></tit", "<a ", "&", "<p =", "<!"}) {
    CAPTURE(part);
    std::string page;
    for (int i = 0; i < 1'000'000; ++i) page += part;
    CHECK(count_tokens(page) <= 2'000'000);
  }
}

TEST_CASE("of a tag with too many attributes the first are kept") {
  std::string page = "<p";
  for (int i = 0; i < 100; ++i) page += " a" + std::to_string(i);
  HtmlTokens tokens(page);
  HtmlToken token;

  REQUIRE(tokens.next(token));
  CHECK(token.attributes.size() == 32);
}
}  // namespace chancery::media
