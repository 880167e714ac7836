// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Login tokens and single sign-on, for clients that do not know OAuth 2.0.
#include "tests/scenario/oauth_app.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

struct House {
  ServerUnderTest server;
  Person alice = server.register_user("alice", kPassword);

  ApiAnswer log_in(const std::string& token, const std::string& extra = "") {
    return server.stranger().post(
        "/login", R"({"type":"m.login.token","token":")" + token + "\"" + extra + "}");
  }
  std::string login_token() {
    const std::string auth =
        R"({"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
        R"("password":"correct horse battery"}})";
    return alice.post("/_matrix/client/v1/login/get_token", auth).text("login_token");
  }
};

TEST_CASE("the ways to sign in are named, and that single sign-on leads to OAuth") {
  ServerUnderTest server;
  const ApiAnswer flows = server.stranger().get("/login");
  CHECK(base::to_text(flows.json) ==
        R"({"flows":[{"type":"m.login.password"},{"type":"m.login.sso",)"
        R"("oauth_aware_preferred":true,)"
        R"("org.matrix.msc3824.delegated_oidc_compatibility":true},)"
        R"({"type":"m.login.token","get_login_token":true}]})");
}

TEST_CASE("somebody who is signed in gets a login token for their password, good once") {
  House house;
  const ApiAnswer asked = house.alice.post("/_matrix/client/v1/login/get_token");
  CHECK(asked.status == 401);
  CHECK(find_at(asked.json, "/flows") != nullptr);
  const std::string token = house.login_token();
  REQUIRE_FALSE(token.empty());

  const ApiAnswer signed_in = house.log_in(token, R"(,"device_id":"NEW","refresh_token":true)");
  REQUIRE(signed_in.status == 200);
  CHECK(signed_in.text("user_id") == "@alice:x");
  CHECK(signed_in.text("device_id") == "NEW");
  CHECK_FALSE(signed_in.text("refresh_token").empty());
  const ApiAnswer again = house.log_in(token);
  CHECK(again.status == 403);
  CHECK(again.errcode() == "M_FORBIDDEN");
  CHECK(house.log_in("nonsense").status == 403);
}

TEST_CASE("a login token is too old after two minutes, and of no use to whoever is locked") {
  House house;
  const std::string old = house.login_token();
  house.server.scheduler().advance(2min);
  CHECK(house.log_in(old).status == 403);

  const std::string token = house.login_token();
  house.server.scheduler().run(house.server.composition().accounts().accounts.set_locked(
      "server", protocol::UserId::trusted("@alice:x"), accounts::Accounts::Locked::yes));
  CHECK(house.log_in(token).errcode() == "M_USER_LOCKED");
}

TEST_CASE("single sign-on asks who it is, names where the answer goes, and sends a token there") {
  House house;
  Browser browser(house.server);
  const ApiAnswer redirect = house.server.stranger().get(
      "/login/sso/redirect?redirectUrl=" + percent_encode("https://app.example/?a=1"));
  CHECK(redirect.status == 302);
  browser.open("/_matrix/client/v3/login/sso/redirect?action=login&redirectUrl=" +
               percent_encode("https://app.example/?a=1&loginToken=planted"));
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  CHECK(browser.shows("https://app.example"));
  CHECK(browser.page()
            .headers.find("Content-Security-Policy")
            .value_or("")
            .find("form-action 'self' https://app.example") != std::string_view::npos);
  browser.submit("/_chancery/account/sso", {{"answer", "allow"}});
  CHECK(browser.sent_to().starts_with("https://app.example/?a=1&loginToken=chl_"));
  CHECK(house.log_in(parameter_of(browser.sent_to(), "loginToken")).text("user_id") == "@alice:x");
}

TEST_CASE("single sign-on says what the app can do, and gives nothing to one that is turned away") {
  House house;
  Browser browser(house.server);
  browser.open("/_matrix/client/v3/login/sso/redirect?redirectUrl=" +
               percent_encode("https://app.example/"));
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  CHECK(browser.shows("read and send your messages"));
  browser.submit("/_chancery/account/sso", {{"answer", "deny"}});
  CHECK(browser.page().status == 200);
  CHECK(browser.shows("App turned away"));
  CHECK(browser.sent_to().empty());
  browser.open("/_matrix/client/v3/login/sso/redirect?redirectUrl=javascript%3Aalert(1)");
  CHECK(browser.page().status == 400);
  CHECK(browser.shows("gave no usable address to come back to."));
}

TEST_CASE("an address with a fragment gets its token before it, as Element Web reads it") {
  House house;
  Browser browser(house.server);
  browser.open("/_matrix/client/v3/login/sso/redirect?redirectUrl=" +
               percent_encode("https://app.example/?a=1#/room/x"));
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  browser.submit("/_chancery/account/sso", {{"answer", "allow"}});
  const std::string to = browser.sent_to();
  REQUIRE(to.starts_with("https://app.example/?a=1&loginToken=chl_"));
  CHECK(to.ends_with("#/room/x"));
  CHECK(house.log_in(parameter_of(to.substr(0, to.find('#')), "loginToken")).status == 200);
}

TEST_CASE("a token that a redirect carries is good for seconds") {
  House house;
  Browser browser(house.server);
  browser.open("/_matrix/client/v3/login/sso/redirect?redirectUrl=nheko%3A%2F%2Fsso");
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  CHECK(browser.shows("nheko:"));
  browser.submit("/_chancery/account/sso", {{"answer", "allow"}});
  const std::string token = parameter_of(browser.sent_to(), "loginToken");
  house.server.scheduler().advance(10s);
}

TEST_CASE("single sign-on sends nobody to where a browser would run what it finds") {
  House house;
  for (const char* target :
       {"javascript:alert(1)", "data:text/html,x", "", "app.example", "//app"}) {
    CAPTURE(target);
    const ApiAnswer answer =
        house.server.stranger().get("/login/sso/redirect?redirectUrl=" + percent_encode(target));
    CHECK(answer.status == 400);
    CHECK_FALSE(answer.headers.find("Location").has_value());
  }
  CHECK(house.server.stranger()
            .get("/login/sso/redirect/some-provider?redirectUrl=https%3A%2F%2Fapp.example")
            .status == 404);
}

TEST_CASE("without the older login, passwords are typed on the server's own pages alone") {
  ServerUnderTest server([](server::Config& config) {
    config.accounts.legacy_login = false;
    config.registration.mode = server::RegistrationMode::open;
    config.registration.allow_dummy = true;
  });
  const Person alice = server.register_user("alice", kPassword);
  const ApiAnswer flows = server.stranger().get("/login");
  CHECK(flows.body.find("m.login.password") == std::string::npos);
  CHECK(flows.body.find("m.login.sso") != std::string::npos);
  CHECK(server.stranger()
            .post("/login", R"({"type":"m.login.password","password":"correct horse battery",)"
                            R"("identifier":{"type":"m.id.user","user":"alice"}})")
            .errcode() == "M_FORBIDDEN");
  CHECK(server.stranger()
            .post("/register", R"({"username":"carol","password":"correct horse battery",)"
                               R"("auth":{"type":"m.login.dummy"}})")
            .errcode() == "M_FORBIDDEN");
  CHECK(OauthApp(server).sign_in().status == 200);
}

}  // namespace
}  // namespace chancery::scenario
