// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// E-mail addresses on the account page, which is the one place for people whose apps are of OAuth.
#include "tests/scenario/mail_town.hpp"
#include "tests/scenario/oauth_app.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr const char* kAdd = "/_chancery/account/add_address";
constexpr const char* kRemove = "/_chancery/account/remove_address";
constexpr const char* kSignIn = "/_chancery/account/sign_in";

struct Town : MailTown {
  Person alice = server.register_user("alice", kPassword);
  Browser browser{server};

  explicit Town(const ServerUnderTest::Configure& configure = {}) : MailTown(configure) {
    browser.open("/_chancery/account");
    browser.submit(kSignIn, {{"username", "alice"}, {"password", kPassword}});
  }
  void open_addresses() { browser.open("/_chancery/account?action=addresses"); }
  void ask_to_add(const std::string& address) {
    browser.open(kAdd);
    browser.submit(kAdd, {{"email", address}});
    settle();
  }
  std::string addresses() { return alice.get("/account/3pid").body; }
};

TEST_CASE("an address is added on the page by a mail's link and the password, and removed there") {
  Town town;
  town.browser.open("/_chancery/account");
  CHECK(town.browser.shows("/_chancery/account?action=addresses"));
  town.open_addresses();
  CHECK(town.browser.shows("Your account has no address."));

  town.ask_to_add("Alice@Example.org");
  REQUIRE(town.server.mail().letters().size() == 1);
  town.browser.submit(kAdd, {});
  CHECK(town.browser.shows("was not confirmed yet"));
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  town.browser.submit(kAdd, {});
  CHECK(town.browser.shows("is confirmed"));
  CHECK(town.addresses() == R"({"threepids":[]})");
  town.browser.submit(kAdd, {{"password", "wrong"}});
  CHECK(town.browser.shows("The password is wrong."));
  CHECK(town.addresses() == R"({"threepids":[]})");
  town.browser.submit(kAdd, {{"password", kPassword}});
  CHECK(town.browser.page().status == 200);
  CHECK(town.browser.shows("The address is added."));
  CHECK(town.browser.shows("alice@example.org"));
  CHECK(town.addresses().contains("alice@example.org"));

  town.browser.submit(kRemove, {});
  CHECK(town.browser.page().status == 200);
  CHECK(town.browser.shows("<bdi>alice@example.org</bdi></strong> from your account"));
  town.browser.submit(kRemove, {{"password", "wrong"}});
  CHECK(town.browser.page().status == 403);
  CHECK(town.addresses().contains("alice@example.org"));
  town.browser.submit(kRemove, {{"password", kPassword}});
  CHECK(town.browser.shows("The address is removed."));
  CHECK(town.addresses() == R"({"threepids":[]})");
}

TEST_CASE("a proof is this browser's own, and an address is one account's") {
  Town town;
  town.server.register_user("bob", kPassword);
  town.ask_to_add("alice@example.org");
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  Browser other(town.server);
  other.open(kAdd);
  CHECK(other.shows("Sign in"));
  other.submit(kSignIn, {{"username", "bob"}, {"password", kPassword}});
  CHECK(other.shows("Add an address"));
  // The id of a proof is no secret; what makes it good is.
  const std::string& page = town.browser.page().body;
  const std::size_t at = page.find("name=\"proof\" value=\"") + 20;
  const std::string proof = page.substr(at, page.find('"', at) - at);
  other.submit(kAdd, {{"email", "alice@example.org"}, {"proof", proof}, {"password", kPassword}});
  CHECK(other.shows("was not confirmed yet"));

  town.browser.submit(kAdd, {});
  town.browser.submit(kAdd, {{"password", kPassword}});
  REQUIRE(town.addresses().contains("alice@example.org"));
  town.server.mail().forget();
  // What is said of an address that belongs to somebody stands in its mailbox alone.
  other.open(kAdd);
  other.submit(kAdd, {{"email", "alice@example.org"}});
  town.settle();
  CHECK(other.shows("A mail is on its way to"));
  CHECK(town.server.mail().token().empty());

  town.open_addresses();
  town.browser.submit(kRemove, {});
  town.browser.submit(kRemove, {{"email", "bob@example.org"}, {"password", kPassword}});
  CHECK(town.browser.page().status == 403);
  CHECK(town.browser.shows("This address is not one of yours."));
}

TEST_CASE("bad addresses are told above the form with what was typed, and no mail is written") {
  Town town;
  for (const char* bad : {"", "nobody", "a@", "a@b@c", "<b>@example.org"}) {
    CAPTURE(bad);
    town.ask_to_add(bad);
    CHECK(town.browser.page().status == 400);
    CHECK(town.browser.shows("role=\"alert\""));
    CHECK_FALSE(town.browser.shows("<b>@"));
  }
  CHECK(town.server.mail().letters().empty());
  town.browser.open(kRemove);
  CHECK(town.browser.shows("addresses</h1>"));
}

TEST_CASE("without mail the page lists addresses that an owner gave, and adds none") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  const Person owner = server.register_owner("olga");
  REQUIRE(owner
              .put("/_synapse/admin/v2/users/@alice:x",
                   R"({"threepids":[{"medium":"email","address":"alice@example.org"}]})")
              .status == 200);
  Browser browser(server);
  browser.open("/_chancery/account?action=addresses");
  browser.submit(kSignIn, {{"username", "alice"}, {"password", kPassword}});
  CHECK(browser.shows("alice@example.org"));
  CHECK_FALSE(browser.shows(kAdd));
  browser.open(kAdd);
  CHECK(browser.page().status == 404);
  CHECK(browser.shows("This server sends no mail."));
}

TEST_CASE("an app of OAuth is told that it adds no address, before a mail is written") {
  Town town;
  OauthApp oauth(town.server);
  Person app = town.server.stranger();
  app.set_token(oauth.sign_in().text("access_token"));
  const auto enabled = [](const Person& who) {
    return find_at(who.get("/capabilities").json, "/capabilities/m.3pid_changes/enabled")
        ->as_bool();
  };
  CHECK_FALSE(enabled(app));
  CHECK(enabled(town.alice));
  const std::string body = R"({"email":"a@example.org","client_secret":"s","send_attempt":1})";
  const ApiAnswer refused = app.post("/account/3pid/email/requestToken", body);
  CHECK(refused.status == 403);
  CHECK(refused.text("error").contains("on the account page of this server"));
  town.settle();
  CHECK(town.server.mail().letters().empty());
  CHECK(town.alice.post("/account/3pid/email/requestToken", body).status == 200);
  CHECK(town.server.stranger()
            .post("/account/3pid/email/requestToken",
                  R"({"email":"b@example.org","client_secret":"s","send_attempt":1})")
            .status == 200);
}

}  // namespace
}  // namespace chancery::scenario
