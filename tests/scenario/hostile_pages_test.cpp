// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Pages that are opened by a link of somebody else's: whatever stands in it comes out as text.
#include "tests/scenario/oauth_app.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

const std::string kEvil = "\"'><script>alert(1)</script>";

// Every parameter that some page or form reads, and some that none does.
const std::vector<std::string> kParameters{
    "response_type", "client_id",    "redirect_uri", "scope",          "state",
    "response_mode", "prompt",       "request",      "code_challenge", "code_challenge_method",
    "request_uri",   "next",         "action",       "device_id",      "user_code",
    "redirectUrl",   "session",      "token",        "login_hint",     "ui_locales",
    "username",      "email",        "sid",          "client_secret",  "org.matrix.msc3824.action",
    "nonce",         "id_token_hint"};

const std::vector<std::string> kPages{"/_chancery/account",
                                      "/_chancery/account/sign_in",
                                      "/_chancery/account/new",
                                      "/_chancery/account/forgotten",
                                      "/_chancery/account/sso",
                                      "/_chancery/oauth2/authorize",
                                      "/_chancery/oauth2/link",
                                      "/_chancery/unsubscribe",
                                      "/_chancery/confirm_address",
                                      "/_matrix/client/v3/login/sso/redirect",
                                      "/_matrix/client/v3/auth/m.login.password/fallback/web",
                                      "/_matrix/client/v3/auth/m.login.terms/fallback/web",
                                      "/_matrix/client/v3/auth/m.login.dummy/fallback/web",
                                      "/_matrix/static/client/login/",
                                      "/setup"};

// What the page shows runs nothing, and no field of its head is begun by what was sent.
void check_harmless(const ApiAnswer& page) {
  CHECK(page.status < 500);
  CHECK(page.body.find("<script>alert") == std::string::npos);
  CHECK(page.body.find("'><script") == std::string::npos);
  for (const auto& [name, value] : page.headers.fields()) {
    CAPTURE(std::string(name));
    CHECK(std::string(value).find_first_of("<>\r\n") == std::string::npos);
  }
  const std::string type(page.headers.find("Content-Type").value_or(""));
  if (!type.starts_with("text/html")) return;
  const std::string policy(page.headers.find("Content-Security-Policy").value_or(""));
  CHECK(policy.find("default-src 'none'") != std::string::npos);
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(page.headers.find("X-Content-Type-Options") == "nosniff");
}

// The right parameters of an authorization, with one that is not.
std::string address(const OauthApp& app, const std::string& page, const std::string& parameter) {
  if (page.ends_with("/authorize")) return app.authorize_address({{parameter, kEvil}});
  return page + "?" + form_of({{parameter, kEvil}});
}

TEST_CASE("a script in any parameter of any page comes out as text, signed in or not") {
  OauthHouse house;
  Browser stranger(house.server);
  Browser owner(house.server);
  owner.open("/_chancery/account");
  owner.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  REQUIRE(owner.shows("@alice:x"));
  std::size_t shown = 0;
  for (const std::string& page : kPages) {
    CAPTURE(page);
    for (const std::string& parameter : kParameters) {
      CAPTURE(parameter);
      for (Browser* browser : {&stranger, &owner}) {
        browser->open(address(house.app, page, parameter));
        check_harmless(browser->page());
        const auto type = browser->page().headers.find("Content-Type");
        if (type && type->starts_with("text/html")) ++shown;
      }
    }
  }
  // Nearly all are pages, and not just refused.
  CHECK(shown > kPages.size() * kParameters.size());
  owner.open("/_chancery/account");
  CHECK(owner.shows("@alice:x"));
}

TEST_CASE("a script in any field of a form comes out as text") {
  OauthHouse house;
  Browser browser(house.server);
  browser.open("/_chancery/account/sign_in");
  for (const char* parameter : {"username", "password"}) {
    CAPTURE(parameter);
    Browser::Fields fields{{"username", "alice"}, {"password", "wrong"}};
    fields[parameter] = kEvil;
    browser.submit("/_chancery/account/sign_in", fields);
    check_harmless(browser.page());
    CHECK(browser.page().status == 403);
  }
  // Forms that no page offered, with junk in everything.
  Browser::Fields junk;
  for (const std::string& parameter : kParameters) junk[parameter] = kEvil;
  for (const std::string& page : kPages) {
    CAPTURE(page);
    browser.post(page, junk);
    check_harmless(browser.page());
    CHECK(browser.page().status >= 400);
  }
}

TEST_CASE("an app that is called by a script is shown by its name as text") {
  OauthHouse house;
  OauthApp app(house.server,
               R"({"client_uri":"https://app.example/","client_name":"<script>alert(1)</script>",)"
               R"("redirect_uris":["https://app.example/callback?x=1"]})");
  Browser browser(house.server);
  browser.open(app.authorize_address());
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});

  CHECK(browser.shows("&lt;script&gt;alert(1)&lt;/script&gt;"));
  check_harmless(browser.page());
}

}  // namespace
}  // namespace chancery::scenario
