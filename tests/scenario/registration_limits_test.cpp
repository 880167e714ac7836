// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What registering costs under the limits that are the default.
#include "tests/scenario/browser.hpp"
#include "tests/scenario/mail_town.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace chancery::scenario {
namespace {

ServerUnderTest::Configure limited(server::RegistrationMode mode) {
  return [mode](server::Config& config) {
    config.limits.enabled = true;
    config.registration.mode = mode;
    config.registration.allow_dummy = mode == server::RegistrationMode::open;
  };
}

TEST_CASE(
    "who registers waits for a mail as long as they like; what costs is to begin and to end") {
  MailTown town([](server::Config& config) {
    limited(server::RegistrationMode::open)(config);
    config.registration.allow_dummy = false;
    config.registration.require_email = true;
  });
  const std::string body = R"("username":"carol","password":"correct horse battery")";
  const auto post = [&](const std::string& more) {
    return town.server.stranger().post("/register", "{" + body + more + "}");
  };
  const std::string session = post("").text("session");
  const std::string sid = town.request("/register", "carol@example.org").text("sid");
  const std::string stage = R"(,"auth":{"type":"m.login.email.identity","session":")" + session +
                            R"(","threepid_creds":)" + MailTown::credentials(sid) + "}";
  for (int i = 0; i < 30; ++i) CHECK(post(stage).status == 401);
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  CHECK(post(stage).status == 200);
  // Two are spent of five.
  for (int i = 0; i < 3; ++i) CHECK(post("").errcode() == "M_USER_IN_USE");
  CHECK(post("").errcode() == "M_LIMIT_EXCEEDED");
}

TEST_CASE("names and tokens are not tried one after the other by going on with a registration") {
  ServerUnderTest server(limited(server::RegistrationMode::token));
  const std::string session =
      server.stranger().post("/register", R"({"username":"carol"})").text("session");
  const auto post = [&](const std::string& name, const std::string& token) {
    return server.stranger().post("/register", R"({"username":")" + name +
                                                   R"(","auth":{"type":"m.login.registration_token",
                                                   "session":")" +
                                                   session + R"(","token":")" + token + "\"}}");
  };
  unsigned refused = 0;
  for (int i = 0; i < 20; ++i) {
    const ApiAnswer answer = post("name" + std::to_string(i), "guess" + std::to_string(i));
    CHECK(answer.errcode() != "M_USER_IN_USE");
    if (answer.errcode() == "M_LIMIT_EXCEEDED") ++refused;
  }
  CHECK(refused == 15);
}

TEST_CASE("the page forgives mistakes, and keeps what was typed when somebody has to wait") {
  ServerUnderTest server(limited(server::RegistrationMode::open));
  Browser browser(server);
  browser.open("/_chancery/account/new");
  const auto submit = [&](const std::string& name, const char* password, const char* again) {
    browser.submit("/_chancery/account/new",
                   {{"username", name}, {"password", password}, {"again", again}});
  };
  for (int i = 0; i < 10; ++i) {
    submit("carol", "a", "b");
    CHECK(browser.page().status == 400);
    submit("carol", "short", "short");
    CHECK(browser.page().status == 400);
    CHECK(browser.shows("value=\"carol\""));
  }
  for (int i = 0; i < 5; ++i)
    submit("not a name", "correct horse battery", "correct horse battery");
  CHECK(browser.page().status == 400);
  submit("carol", "correct horse battery", "correct horse battery");
  CHECK(browser.page().status == 429);
  CHECK(browser.shows("then try again."));
  CHECK(browser.shows("value=\"carol\""));
  server.scheduler().advance(std::chrono::minutes(1));
  submit("carol", "correct horse battery", "correct horse battery");
  CHECK(browser.shows("@carol:x"));
}

}  // namespace
}  // namespace chancery::scenario
