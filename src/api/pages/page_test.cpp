// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/pages/page.hpp"

#include <doctest/doctest.h>

namespace chancery::pages {

TEST_CASE("texts and attributes are escaped, whatever is in them") {
  const std::string evil = R"("><script>alert('x')</script>&)";
  Html html;
  html.element("p", {{"title", evil}}, evil);
  html.empty("input", {{"name", "a"}}, {{"value", evil}});

  CHECK(html.bytes().find("<script>") == std::string::npos);
  CHECK(html.bytes() ==
        "<p title=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\">"
        "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>\n"
        "<input name=\"a\" "
        "value=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;\">");
}

TEST_CASE("a page lets its forms lead to this server and to what it names, and runs nothing") {
  const http::Response plain = show_page("x<y", {.title = "A & B", .body = Html()});
  const std::string policy(plain.headers.find("Content-Security-Policy").value_or(""));
  CHECK(policy ==
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors "
        "'none'; "
        "form-action 'self'");
  CHECK(plain.headers.find("Cache-Control") == "no-store");
  CHECK(plain.headers.find("X-Frame-Options") == "DENY");
  const std::string& text = std::get<std::string>(plain.body);
  CHECK(text.find("A &amp; B") != std::string::npos);
  CHECK(text.find("x&lt;y") != std::string::npos);
  CHECK(text.find("<script") == std::string::npos);

  const http::Response leading = show_page("x", {.status = 403,
                                                 .title = "T",
                                                 .body = Html(),
                                                 .leads_to = "https://app.example",
                                                 .script = "auth_done.js"});
  CHECK(leading.status == 403);
  const std::string wider(leading.headers.find("Content-Security-Policy").value_or(""));
  CHECK(wider.ends_with("form-action 'self' https://app.example"));
  CHECK(wider.find("script-src 'self';") != std::string::npos);
}

TEST_CASE("what somebody else named turns no direction, and stands apart from what is around it") {
  Html html;
  html.foreign("a\xE2\x80\xAE<b>\xE2\x81\xA9 \xE2\x80\x99\xE2\x81\xA5\xE2\x80").text("!");
  CHECK(html.bytes() == "<bdi>a&lt;b&gt; \xE2\x80\x99\xE2\x81\xA5\xE2\x80</bdi>!");
}

TEST_CASE("an attribute without a name is left out") {
  Html html;
  html.empty("input", {{"name", "a"}, {"", "b"}, {"checked", ""}});
  CHECK(html.bytes() == "<input name=\"a\" checked=\"\">");
}

TEST_CASE("a page says its language, and of an error in its title") {
  const auto text_of = [](const Page& page) {
    return std::get<std::string>(show_page("x", page).body);
  };
  const std::string plain = text_of({.title = "T", .body = Html()});
  CHECK(plain.find("<html lang=\"en\">") != std::string::npos);
  CHECK(plain.find("<title>T \xC2\xB7 x</title>") != std::string::npos);
  const std::string wrong =
      text_of({.status = 403, .title = "T", .body = Html(), .language = "de"});
  CHECK(wrong.find("<html lang=\"de\">") != std::string::npos);
  CHECK(wrong.find("<title>Error: T \xC2\xB7 x</title>") != std::string::npos);
  CHECK(wrong.find("<h1>T</h1>") != std::string::npos);
}

}  // namespace chancery::pages
