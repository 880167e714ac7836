// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/oauth/redirect_uri.hpp"

#include <doctest/doctest.h>

namespace chancery::oauth {
namespace {

const Uri& client_uri() {
  static const Uri kUri = *parse_uri("https://example.com/");
  return kUri;
}

bool may_register(std::string_view text, ApplicationType type = ApplicationType::web) {
  return !find_fault(text, type, client_uri()).has_value();
}

}  // namespace

TEST_CASE("a web client registers https addresses on its own host and beneath it") {
  CHECK(may_register("https://example.com/callback"));
  CHECK(may_register("https://app.example.com/callback"));
  CHECK(may_register("https://example.com:5173/?query=value"));

  for (const char* text : {"https://example.com/callback#fragment",
                           "http://example.com/callback",
                           "http://localhost/",
                           "https://example.com.evil.example/",
                           "https://evilexample.com/",
                           "https://evil.example/",
                           "https://user@example.com/",
                           "https://example.com@evil.example/",
                           "https://example.com\\@evil.example/",
                           "https:example.com/",
                           "https:/example.com",
                           "https://example.com:0/",
                           "https://example.com:99999/",
                           "https://example.com:/x",
                           "https://exa mple.com/",
                           "https://ex%61mple.com/",
                           "https://\xC3\xA9xample.com/",
                           "javascript:alert(1)",
                           "data:text/html,x",
                           "com.example.app:/callback",
                           "//example.com/",
                           "/callback",
                           "",
                           "https://",
                           "https://[::1/",
                           "https://.example.com/"}) {
    CAPTURE(text);
    CHECK_FALSE(may_register(text));
  }
}

TEST_CASE("a native client registers its own scheme, this machine without a port, or https") {
  const auto native = ApplicationType::native;
  for (const char* text : {"com.example.app:/callback", "com.example:/", "com.example:callback",
                           "http://localhost/callback", "http://127.0.0.1/callback",
                           "http://[::1]/callback", "https://app.example.com/callback"}) {
    CAPTURE(text);
    CHECK(may_register(text, native));
  }
  for (const char* text :
       {"example:/callback", "com.example.app://callback", "https://localhost/callback",
        "http://localhost:1234/callback", "http://127.0.0.2/", "http://localhost.evil.example/",
        "com.examples:/", "com.exampleevil:/", "org.evil:/", "javascript:com.example",
        "http://user@localhost/", "com.example.app:/x#y"}) {
    CAPTURE(text);
    CHECK_FALSE(may_register(text, native));
  }
}

TEST_CASE("a redirect is the registered one to the letter, but for the port of this machine") {
  CHECK(is_same_redirect("https://a.example/cb", "https://a.example/cb"));
  for (const char* named :
       {"https://a.example/cb/", "https://a.example/cb?x=1", "https://a.example/",
        "https://a.example/cb/../evil", "https://A.example/cb", "https://a.example:443/cb",
        "https://a.example/cbx", "http://a.example/cb"}) {
    CAPTURE(named);
    CHECK_FALSE(is_same_redirect("https://a.example/cb", named));
  }
  CHECK(is_same_redirect("http://localhost/cb", "http://localhost:51234/cb"));
  CHECK(is_same_redirect("http://localhost/cb", "http://localhost/cb"));
  CHECK(is_same_redirect("http://[::1]/cb", "http://[::1]:8080/cb"));
  CHECK(is_same_redirect("http://127.0.0.1/:80/cb", "http://127.0.0.1:80/:80/cb"));
  CHECK_FALSE(is_same_redirect("http://localhost/cb", "http://127.0.0.1:51234/cb"));
  CHECK_FALSE(is_same_redirect("http://localhost/cb", "http://localhost:51234/other"));
  CHECK_FALSE(is_same_redirect("http://a.example/cb", "http://a.example:51234/cb"));
}

TEST_CASE("a login token goes to the web, this machine or an app, to nothing a browser runs") {
  for (const char* text :
       {"javascript:alert(1)#https://app.example/", "javascript:alert(1)", "JavaScript:alert(1)",
        "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:x", "https:app.example",
        "https://user@app.example/", "app.example", "", "view-source:https://a", "about:blank"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_sign_on_target(text).has_value());
  }
  CHECK(parse_sign_on_target("https://app.element.io/?x=1").has_value());
  CHECK(parse_sign_on_target("https://app.element.io/#/login").has_value());
  CHECK(origin_of(*parse_sign_on_target("http://localhost:8080/?a")) == "http://localhost:8080");
  CHECK(origin_of(*parse_sign_on_target("element://connect")) == "element:");
}

TEST_CASE("parameters are added to a query or as a fragment, and taken out of a query") {
  Parameters added;
  added.set("code", "a b&c");
  CHECK(with_parameters("https://a/cb", ResponseMode::query, added) ==
        "https://a/cb?code=a%20b%26c");
  CHECK(with_parameters("https://a/cb?x=1", ResponseMode::query, added) ==
        "https://a/cb?x=1&code=a%20b%26c");
  CHECK(with_parameters("com.a:/cb", ResponseMode::fragment, added) == "com.a:/cb#code=a%20b%26c");

  CHECK(without_parameter("https://a/?loginToken=x&b=1&loginToken=y", "loginToken") ==
        "https://a/?b=1");
  CHECK(without_parameter("https://a/?loginToken=x", "loginToken") == "https://a/");
  CHECK(without_parameter("https://a/", "loginToken") == "https://a/");
  // What stands behind the '#' stays there.
  CHECK(with_parameters("https://a/#/login?x=1", ResponseMode::query, added) ==
        "https://a/?code=a%20b%26c#/login?x=1");
  CHECK(without_parameter("https://a/?loginToken=x#/login?loginToken=y", "loginToken") ==
        "https://a/#/login?loginToken=y");
}

}  // namespace chancery::oauth
