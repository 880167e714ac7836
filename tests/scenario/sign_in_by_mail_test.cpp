// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// E-mail addresses on the pages: signing in by one, and a new password for who forgot theirs.
#include "tests/scenario/browser.hpp"
#include "tests/scenario/mail_town.hpp"

namespace chancery::scenario {
namespace {

constexpr const char* kForgotten = "/_chancery/account/forgotten";
constexpr const char* kSignIn = "/_chancery/account/sign_in";

struct Town : MailTown {
  Person alice = server.register_user("alice", kPassword);
  Browser browser{server};

  Town() { own(alice, "alice@example.org"); }

  void sign_in(const std::string& name, const std::string& password = kPassword) {
    browser.open(kSignIn);
    browser.submit(kSignIn, {{"username", name}, {"password", password}});
  }
  void ask_for(const std::string& address) {
    browser.open(kForgotten);
    browser.submit(kForgotten, {{"email", address}});
    settle();
  }
  void set_password(const std::string& password, const std::string& again) {
    browser.submit(kForgotten, {{"new_password", password}, {"again", again}, {"sign_out", "yes"}});
  }
};

TEST_CASE("people sign in on the page by an address of theirs, and by nobody else's") {
  Town town;
  town.browser.open(kSignIn);
  CHECK(town.browser.shows("Username or e-mail address"));
  town.sign_in("Alice@Example.org");
  CHECK(town.browser.shows("@alice:x"));

  Browser other(town.server);
  town.browser = other;
  for (const char* name : {"bob@example.org", "alice@", "@alice@example.org", "@bob:x"}) {
    CAPTURE(name);
    town.sign_in(name);
    CHECK(town.browser.page().status == 403);
    CHECK(town.browser.shows("Wrong username or password."));
  }
  town.sign_in("alice@example.org", "wrong");
  CHECK(town.browser.shows("Wrong username or password."));
  CHECK(town.browser.shows("value=\"alice@example.org\""));
}

TEST_CASE("without mail the page asks for no address, and has no way to a new password") {
  ServerUnderTest server;
  Browser browser(server);
  browser.open(kSignIn);
  CHECK_FALSE(browser.shows("e-mail"));
  CHECK_FALSE(browser.shows(kForgotten));
  browser.open(kForgotten);
  CHECK(browser.page().status == 404);
  CHECK(browser.shows("This server sends no mail."));
}

TEST_CASE(
    "a forgotten password is set anew by a mail, and what was signed in by the old one ends") {
  Town town;
  town.browser.open(kSignIn);
  CHECK(town.browser.shows(kForgotten));
  town.ask_for("alice@example.org");
  CHECK(
      town.browser.shows("If an account here has the address <strong>alice@example.org</strong>"));
  town.browser.submit(kForgotten, {});
  CHECK(town.browser.shows("was not confirmed yet"));
  CHECK_FALSE(town.browser.shows("name=\"new_password\""));
  const ApiAnswer about = town.server.stranger().post(
      "/_chancery/confirm_address/look", R"({"token":")" + town.server.mail().token() + "\"}");
  CHECK(about.text("address") == "alice@example.org");
  CHECK(about.text("purpose") == "set a new password for the account that has it");
  // To look confirms nothing.
  town.browser.submit(kForgotten, {});
  CHECK(town.browser.shows("was not confirmed yet"));
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  town.browser.submit(kForgotten, {});
  REQUIRE(town.browser.shows("name=\"new_password\""));
  town.set_password(kNewPassword, "another one, mistyped");
  CHECK(town.browser.shows("The two passwords are not the same."));
  town.set_password("short", "short");
  CHECK(town.browser.shows("at least 15 characters"));
  town.set_password(kNewPassword, kNewPassword);
  CHECK(town.browser.page().status == 200);
  CHECK(town.browser.shows("Your password is changed."));

  CHECK(town.alice.get("/account/whoami").status == 401);
  town.sign_in("alice", kPassword);
  CHECK(town.browser.page().status == 403);
  town.sign_in("alice", kNewPassword);
  CHECK(town.browser.shows("@alice:x"));
}

TEST_CASE("of an address that nobody has the page says the same, and a proof serves once") {
  Town town;
  town.ask_for("nobody@example.org");
  CHECK(town.browser.page().status == 200);
  CHECK(
      town.browser.shows("If an account here has the address <strong>nobody@example.org</strong>"));
  town.browser.submit(kForgotten, {});
  CHECK(town.browser.shows("was not confirmed yet"));

  town.ask_for("alice@example.org");
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  town.browser.submit(kForgotten, {});
  Browser other = town.browser;
  town.set_password(kNewPassword, kNewPassword);
  REQUIRE(town.browser.shows("Your password is changed."));
  other.submit(kForgotten, {{"new_password", "a third password of mine"},
                            {"again", "a third password of mine"}});
  CHECK(other.shows("was not confirmed yet"));
  town.sign_in("alice", kNewPassword);
  CHECK(town.browser.shows("@alice:x"));
}

TEST_CASE("a link that was made up tells nothing of an address") {
  Town town;
  CHECK(town.server.stranger()
            .post("/_chancery/confirm_address/look", R"({"token":"guessed"})")
            .errcode() == "M_FORBIDDEN");
}

}  // namespace
}  // namespace chancery::scenario
