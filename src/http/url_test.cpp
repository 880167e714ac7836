// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include <doctest/doctest.h>

namespace chancery::http {
namespace {

std::string text_of(const std::optional<Url>& url) { return url ? url->text() : "none"; }

std::string resolved(std::string_view base, std::string_view reference) {
  return text_of(resolve_reference(parse_url(base).value(), reference));
}

}  // namespace

TEST_CASE("a URL is taken apart") {
  const auto url = parse_url("HTTPS://Example.ORG:8448/a/b?c=%20d#part");

  REQUIRE(url);
  CHECK(url->is_secure);
  CHECK(url->host == "example.org");
  CHECK(url->port == 8448);
  CHECK(url->target == "/a/b?c=%20d");
  CHECK(url->origin() == "https://example.org:8448");
}

TEST_CASE("the usual port need not be named, and an empty path is the root") {
  CHECK(parse_url("http://a.example")->port == 80);
  CHECK(parse_url("https://a.example")->port == 443);
  CHECK(text_of(parse_url("https://a.example:443")) == "https://a.example/");
  CHECK(text_of(parse_url("http://a.example:?x")) == "http://a.example/?x");
  CHECK(text_of(parse_url("http://a.example./x")) == "http://a.example/x");
  CHECK(text_of(parse_url("http://[2001:DB8:0::1]:80/")) == "http://[2001:db8::1]/");
}

TEST_CASE("what is no URL of the web is refused") {
  for (const std::string_view text : {"",
                                      "a.example",
                                      "/a",
                                      "//a.example/",
                                      "ftp://a.example/",
                                      "file:///etc/passwd",
                                      "gopher://a.example/",
                                      "javascript:alert(1)",
                                      "http:",
                                      "http://",
                                      "http:///a",
                                      "https:a",
                                      "http://a.example:0/",
                                      "http://a.example:65536/",
                                      "http://a.example:-1/",
                                      "http://a.example:80a/",
                                      "http:// a.example/",
                                      "http://a.example/ b",
                                      "http://a.example/%zz",
                                      "http://a.example/\r\nX: y",
                                      "unix:/run/socket",
                                      "http+unix://%2Frun%2Fsocket/x"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_url(text));
  }
  CHECK_FALSE(parse_url("https://a.example/" + std::string(kLongestUrl, 'a')));
}

TEST_CASE("userinfo is refused, also where it looks like a host") {
  CHECK_FALSE(parse_url("http://user@a.example/"));
  CHECK_FALSE(parse_url("http://user:password@a.example/"));
  CHECK_FALSE(parse_url("http://@a.example/"));
  CHECK_FALSE(parse_url("http://good.example\\@evil.example/"));
  CHECK_FALSE(parse_typed_url("http://good.example\\@evil.example/"));
}

TEST_CASE("a host is a name of the web or an address in its usual form") {
  for (const std::string_view host : {"127.1",
                                      "0x7f000001",
                                      "0x7f.1",
                                      "2130706433",
                                      "017700000001",
                                      "127.0.0.01",
                                      "1.2.3.4.5",
                                      "256.0.0.1",
                                      "%31%32%37.0.0.1",
                                      "[::1%25eth0]",
                                      "[fe80::1%eth0]",
                                      "[v1.a]",
                                      "[::1",
                                      "a..b",
                                      ".a",
                                      "-a.example",
                                      "a-.example",
                                      "b\xc3\xbc"
                                      "cher.example",
                                      "a\xe2\x80\x8b.example",
                                      "a,b",
                                      "a_b.0x1",
                                      "*.example"}) {
    CAPTURE(host);
    CHECK_FALSE(parse_url("http://" + std::string(host) + "/"));
  }
  CHECK_FALSE(parse_url("http://" + std::string(64, 'a') + ".example/"));
  std::string many;
  for (int i = 0; i < 130; ++i) many += "a.";
  CHECK_FALSE(parse_url("http://" + many + "example/"));
  CHECK(parse_url("http://xn--bcher-kva.example/"));
  CHECK(parse_url("http://a_b.example/"));
  CHECK(parse_url("http://127.0.0.1/"));
  CHECK(parse_url("http://[::ffff:10.0.0.1]/")->host == "::ffff:10.0.0.1");
  CHECK(parse_url("http://localhost/"));
}

TEST_CASE("what people type may have characters that have to be escaped, but for the host") {
  CHECK(text_of(parse_typed_url(" https://a.example/b\xc3\xbc"
                                "cher list?q=\"x\"|y \n")) ==
        "https://a.example/b%C3%BCcher%20list?q=%22x%22%7Cy");
  CHECK(text_of(parse_typed_url("https://a.example/100%")) == "https://a.example/100%25");
  CHECK(text_of(parse_typed_url("https://a.example/[x]#y")) == "https://a.example/%5Bx%5D");
  CHECK_FALSE(
      parse_typed_url("https://b\xc3\xbc"
                      "cher.example/"));
  CHECK_FALSE(parse_typed_url("javascript://a.example/%0aalert(1)"));
}

TEST_CASE("references are resolved as a browser does") {
  constexpr std::string_view kBase = "http://a.example:81/b/c/d?q=1";
  CHECK(resolved(kBase, "g") == "http://a.example:81/b/c/g");
  CHECK(resolved(kBase, "./g") == "http://a.example:81/b/c/g");
  CHECK(resolved(kBase, "g/") == "http://a.example:81/b/c/g/");
  CHECK(resolved(kBase, "/g?x#y") == "http://a.example:81/g?x");
  CHECK(resolved(kBase, "?y") == "http://a.example:81/b/c/d?y");
  CHECK(resolved(kBase, "") == "http://a.example:81/b/c/d?q=1");
  CHECK(resolved(kBase, "#s") == "http://a.example:81/b/c/d?q=1");
  CHECK(resolved(kBase, "../g") == "http://a.example:81/b/g");
  CHECK(resolved(kBase, "../../../../g") == "http://a.example:81/g");
  CHECK(resolved(kBase, "..") == "http://a.example:81/b/");
  CHECK(resolved(kBase, "/./g/../") == "http://a.example:81/");
  CHECK(resolved(kBase, "//b.example/x") == "http://b.example/x");
  CHECK(resolved(kBase, "https://b.example") == "https://b.example/");
  CHECK(resolved(kBase, "img x.png") == "http://a.example:81/b/c/img%20x.png");
}

TEST_CASE("references to elsewhere than the web lead nowhere") {
  constexpr std::string_view kBase = "http://a.example/";
  CHECK(resolved(kBase, "file:///etc/passwd") == "none");
  CHECK(resolved(kBase, "data:text/html,x") == "none");
  CHECK(resolved(kBase, "javascript:alert(1)") == "none");
  CHECK(resolved(kBase, "//user@b.example/") == "none");
  CHECK(resolved(kBase, "//") == "none");
  CHECK(resolved(kBase, std::string(kLongestUrl, 'x')) == "none");
}
}  // namespace chancery::http
