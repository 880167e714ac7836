// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/pages/routes.hpp"

#include "api/boundary/call.hpp"
#include "api/pages/assets.hpp"
#include "runtime/simulated_scheduler.hpp"

#include <doctest/doctest.h>

#include <array>

namespace chancery::pages {
namespace {

constexpr std::array<std::string_view, 9> kAssets{"page.css",     "sign_in.html",   "sign_in.js",
                                                  "auth_done.js", "set_up.html",    "set_up.js",
                                                  "form.js",      "mail_link.html", "mail_link.js"};

http::Response fetch(std::string_view path, std::string_view known_tag = {}) {
  const std::vector<boundary::Route> routes =
      page_routes({.server_name = "a<b>&\"c.example", .password_min_length = 17});
  for (const boundary::Route& route : routes) {
    if (std::ranges::find(route.paths, path) == route.paths.end()) continue;
    http::Request request;
    if (!known_tag.empty()) request.headers.set("If-None-Match", known_tag);
    boundary::Call call(request, route, {});
    runtime::SimulatedScheduler scheduler;
    return scheduler.run(route.endpoint(call));
  }
  FAIL("no page at ", path);
  return {};
}

std::string text_of(const http::Response& response) {
  const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body);
  return shared == nullptr ? "" : **shared;
}

}  // namespace

TEST_CASE("the set-up page names the server and the least length of a password, escaped") {
  const std::string page = text_of(fetch("/setup"));

  CHECK(page.find("a&lt;b&gt;&amp;&quot;c.example") != std::string::npos);
  CHECK(page.find("a<b>") == std::string::npos);
  CHECK(page.find("data-least=\"17\"") != std::string::npos);
  CHECK(page.find("{{") == std::string::npos);
}

TEST_CASE("the pages behind the links of mails are one form that says what each is for") {
  const std::string confirm = text_of(fetch("/_chancery/confirm_address"));
  const std::string unsubscribe = text_of(fetch("/_chancery/unsubscribe"));

  CHECK(confirm.find("<h1 id=\"title\">Confirm your address</h1>") != std::string::npos);
  CHECK(confirm.find("data-done=\"Confirmed\"") != std::string::npos);
  CHECK(unsubscribe.find("<h1 id=\"title\">Stop these mails?</h1>") != std::string::npos);
  CHECK(unsubscribe.find("data-done=\"No more mails\"") != std::string::npos);
  for (const std::string& page : {confirm, unsubscribe}) {
    CHECK(page.find("{{") == std::string::npos);
    CHECK(page.find("/_chancery/pages/mail_link.js") != std::string::npos);
  }
}

TEST_CASE("pages allow nothing but their own files, and no frame") {
  for (const std::string_view path : {"/setup", "/_matrix/static/client/login/",
                                      "/_chancery/confirm_address", "/_chancery/unsubscribe"}) {
    const http::Response response = fetch(path);
    const std::string policy(response.headers.find("Content-Security-Policy").value_or(""));

    CAPTURE(path);
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("http") == std::string::npos);
    CHECK(response.headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(response.headers.find("Referrer-Policy") == "no-referrer");
  }
}

TEST_CASE("a page that the browser has already is not sent again") {
  const http::Response first = fetch("/_chancery/pages/form.js");
  const http::Response again =
      fetch("/_chancery/pages/form.js", first.headers.find("ETag").value_or(""));

  CHECK(first.status == 200);
  CHECK(first.headers.find("Content-Type") == "text/javascript; charset=utf-8");
  CHECK(again.status == 304);
  CHECK(text_of(again).empty());
}

TEST_CASE("no asset has anything inline that the policy forbids, nor another host") {
  for (const std::string_view name : kAssets) {
    const Asset* asset = find_asset(name);
    REQUIRE((asset != nullptr));
    CAPTURE(name);
    CHECK_FALSE(asset->bytes.empty());
    for (const std::string_view forbidden :
         {"style=", "onclick", "onload", "javascript:", "https://", "http://", "innerHTML", "eval(",
          "<style", "<script>"}) {
      CAPTURE(forbidden);
      CHECK(asset->bytes.find(forbidden) == std::string_view::npos);
    }
  }
}

TEST_CASE("every file that a page names is served") {
  for (const std::string_view path : {"/setup", "/_matrix/static/client/login/",
                                      "/_chancery/confirm_address", "/_chancery/unsubscribe"}) {
    const std::string page = text_of(fetch(path));
    std::size_t files = 0;
    for (std::size_t at = 0; (at = page.find("\"/_chancery/pages/", at)) != std::string::npos;) {
      const std::size_t end = page.find('"', ++at);
      CHECK(fetch(page.substr(at, end - at)).status == 200);
      ++files;
    }
    CHECK(files == 4);
  }
}

TEST_CASE("every field of a page has a label") {
  for (const std::string_view path : {"/setup", "/_matrix/static/client/login/",
                                      "/_chancery/confirm_address", "/_chancery/unsubscribe"}) {
    const std::string page = text_of(fetch(path));
    for (std::size_t at = 0; (at = page.find("<input id=\"", at)) != std::string::npos;) {
      at += 11;
      const std::string id = page.substr(at, page.find('"', at) - at);
      CAPTURE(id);
      const bool wrapped =
          page.find("<label class=\"check\"><input id=\"" + id) != std::string::npos;
      const bool named = page.find("<label for=\"" + id + "\"") != std::string::npos;
      CHECK((wrapped || named));
    }
  }
}

}  // namespace chancery::pages
