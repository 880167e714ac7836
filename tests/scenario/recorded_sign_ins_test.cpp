// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What stands on record of sign-ins: on pages, by consent, by login tokens, and those that failed.
#include "tests/scenario/oauth_app.hpp"
#include "tests/support/audit_trail.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace chancery::scenario {
namespace {

using Acts = std::vector<std::string>;

struct House : OauthHouse {
  Browser browser{server};

  Acts acts(std::string_view name) { return support::acts_named(server.records(), name); }
  // Whether the text stands anywhere in the record.
  bool is_on_record(std::string_view text) {
    return std::ranges::any_of(server.records(), [text](const support::Recorded& one) {
      return (one.who + one.device + one.act + one.object + one.context).find(text) !=
             std::string::npos;
    });
  }
  void sign_in_on_page(const std::string& name, const std::string& password) {
    browser.open("/_chancery/account/sign_in");
    browser.submit("/_chancery/account/sign_in", {{"username", name}, {"password", password}});
  }
  ApiAnswer log_in(const std::string& name, const std::string& password) {
    return server.stranger().post(
        "/login", R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":")" + name +
                      R"("},"password":")" + password + "\"}");
  }
};

TEST_CASE("who signs in on a page stands on record, with where they were") {
  House house;
  house.sign_in_on_page("alice", "wrong");
  CHECK(house.acts("pages.sign_in").empty());
  CHECK(house.acts("account.login_failed") == Acts{"@alice:x 192.0.2.1"});

  house.sign_in_on_page("alice", kPassword);

  CHECK(house.acts("pages.sign_in") == Acts{"@alice:x 192.0.2.1"});
}

TEST_CASE("a new account and a new password on a page are sign-ins there, and on record") {
  ServerUnderTest server([](server::Config& config) {
    config.registration.mode = server::RegistrationMode::open;
    config.registration.allow_dummy = true;
  });
  const auto page_sign_ins = [&server] {
    return support::acts_named(server.records(), "pages.sign_in");
  };
  Browser browser(server);
  browser.open("/_chancery/account/new");
  browser.submit("/_chancery/account/new",
                 {{"username", "carol"}, {"password", kPassword}, {"again", kPassword}});
  CHECK(page_sign_ins() == Acts{"@carol:x 192.0.2.1"});

  browser.open("/_chancery/account?action=password");
  browser.submit("/_chancery/account/password", {{"password", kPassword},
                                                 {"new_password", "another horse battery"},
                                                 {"again", "another horse battery"}});
  CHECK(page_sign_ins().size() == 2);
}

TEST_CASE("what somebody says to an app that asks for their account is on record, yes and no") {
  House house;
  house.app.let_in();
  CHECK(house.acts("oauth.consent") == Acts{"@alice:x " + house.app.id() + " DEVICE"});
  CHECK(house.acts("oauth.consent_refused").empty());

  house.sign_in_on_page("alice", kPassword);
  house.browser.open(house.app.authorize_address());
  house.browser.submit("/_chancery/oauth2/authorize", {{"answer", "deny"}});

  CHECK(house.acts("oauth.consent").size() == 1);
  CHECK(house.acts("oauth.consent_refused") == Acts{"@alice:x " + house.app.id()});
}

TEST_CASE("so is what they say to a device that shows a code, once each") {
  House house;
  house.sign_in_on_page("alice", kPassword);
  const auto answer = [&house](const std::string& device, const char* word) {
    const ApiAnswer begun =
        house.app.post("/_chancery/oauth2/device",
                       {{"client_id", house.app.id()},
                        {"scope", "urn:matrix:client:api:* urn:matrix:client:device:" + device}});
    const std::string code = begun.text("user_code");
    house.browser.open("/_chancery/oauth2/link?user_code=" + code);
    const std::string form = house.browser.page().body;
    house.browser.submit("/_chancery/oauth2/link", {{"answer", word}});
    const std::size_t at = form.find("name=\"token\" value=\"") + 20;
    // The same form once more: it has been answered.
    house.browser.post("/_chancery/oauth2/link",
                       {{"token", form.substr(at, form.find('"', at) - at)},
                        {"user_code", code},
                        {"answer", word}});
  };

  answer("TELEVISION", "allow");
  answer("STRANGERS", "deny");

  CHECK(house.acts("oauth.consent") == Acts{"@alice:x " + house.app.id() + " TELEVISION"});
  CHECK(house.acts("oauth.consent_refused") == Acts{"@alice:x " + house.app.id()});
}

TEST_CASE("login tokens are on record, with who asked for them or where they went") {
  House house;
  const ApiAnswer given = house.alice.post(
      "/_matrix/client/v1/login/get_token",
      R"({"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
      R"("password":"correct horse battery"}})");
  REQUIRE(given.status == 200);
  CHECK(house.acts("login_token.issue") == Acts{"@alice:x @alice:x"});
  const auto records = house.server.records();
  const auto issue = std::ranges::find(records, "login_token.issue", &support::Recorded::act);
  CHECK(issue->device == house.alice.device());

  house.sign_in_on_page("alice", kPassword);
  house.browser.open("/_matrix/client/v3/login/sso/redirect?redirectUrl=" +
                     percent_encode("https://app.example/?secret=1"));
  house.browser.submit("/_chancery/account/sso", {{"answer", "allow"}});
  CHECK(house.acts("login_token.issue").back() == "@alice:x https://app.example");
  CHECK_FALSE(house.is_on_record("secret"));
}

TEST_CASE("a login token that is none is on record as refused, and the token is not") {
  House house;
  const ApiAnswer refused =
      house.server.stranger().post("/login", R"({"type":"m.login.token","token":"chl_of_nobody"})");
  CHECK(refused.status == 403);
  CHECK(house.acts("login_token.refused") == Acts{"server 192.0.2.1"});
  CHECK_FALSE(house.is_on_record("chl_of_nobody"));
}

TEST_CASE("a password that is typed as a name stands nowhere on record") {
  House house;
  for (const char* typed : {"correct horse battery", "hunter2", "@hunter2:x", "@hunter2:other"}) {
    CHECK(house.log_in(typed, "alice").status == 403);
    house.sign_in_on_page(typed, "alice");
  }
  CHECK(house.acts("account.login_failed") == Acts(8, "server 192.0.2.1"));
  CHECK_FALSE(house.is_on_record("hunter2"));
  CHECK_FALSE(house.is_on_record("horse"));
}

TEST_CASE("the right password of a locked account is on record as refused") {
  House house;
  house.server.scheduler().run(house.server.composition().accounts().accounts.set_locked(
      "server", protocol::UserId::trusted("@alice:x"), accounts::Accounts::Locked::yes));
  CHECK(house.log_in("alice", kPassword).errcode() == "M_USER_LOCKED");
  CHECK(house.acts("account.login_refused") == Acts{"@alice:x 192.0.2.1"});
  CHECK(house.acts("account.login_failed").empty());
}

}  // namespace
}  // namespace chancery::scenario
