// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What is asked for beyond name and password: agreement to terms, a proven address, a sign-in on
// the server's own page; by the API, by the pages for apps that do not know a stage, and by the
// page that makes accounts.
#include "tests/scenario/browser.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <fstream>

namespace chancery::scenario {
namespace {

constexpr const char* kPassword = "correct horse battery";
constexpr const char* kNewAccount = "/_chancery/account/new";

std::string stage_path(std::string_view stage) {
  return fmt::format("/_matrix/client/v3/auth/{}/fallback/web", stage);
}

// A folder of two policies, one of them in two languages.
struct TermsFolder {
  TermsFolder() {
    write("privacy.1.0.en.txt", "Privacy\n\n# What is kept\nWhat you say, <b>sealed</b>.\n");
    write("privacy.1.0.de.txt", "Datenschutz\n\nWas du sagst.\n");
    write("rules.2.en.txt", "House rules\n\nBe kind.\n");
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.file(name)) << text;
  }
  [[nodiscard]] ServerUnderTest::Configure configure(bool asks_mail = false) const {
    return [path = folder.path(), asks_mail](server::Config& config) {
      config.server.public_url = "https://x.example";
      config.registration.mode = server::RegistrationMode::open;
      config.registration.allow_dummy = true;
      config.registration.terms = path;
      if (!asks_mail) return;
      config.registration.require_email = true;
      config.mail.server = "mail.x.example";
      config.mail.from = "server@x.example";
    };
  }
  support::TemporaryFolder folder;
};

ApiAnswer register_as(ServerUnderTest& server, const std::string& name, const std::string& auth) {
  return server.stranger().post(
      "/register", fmt::format(R"({{"username":"{}","password":"{}"{}}})", name, kPassword, auth));
}
std::string auth_of(const std::string& session, const std::string& stage) {
  return stage.empty() ? R"(,"auth":{"session":")" + session + "\"}"
                       : R"(,"auth":{"type":")" + stage + R"(","session":")" + session + "\"}";
}
void settle(ServerUnderTest& server) {
  for (int i = 0; i < 4; ++i) server.settle();
}
unsigned confirm(ServerUnderTest& server) {
  return server.stranger()
      .post("/_chancery/confirm_address", R"({"token":")" + server.mail().token() + "\"}")
      .status;
}

TEST_CASE("whoever registers is told of the terms, reads them here, and agrees") {
  const TermsFolder terms;
  ServerUnderTest server(terms.configure());
  const ApiAnswer asked = register_as(server, "alice", "");
  CHECK(asked.status == 401);
  CHECK(base::to_text(*find_at(asked.json, "/flows")) == R"([{"stages":["m.login.terms"]}])");
  const std::string url = text_at(asked.json, "/params/m.login.terms/policies/privacy/en/url");
  CHECK(url == "https://x.example/_chancery/terms/privacy/1.0/en");
  CHECK(text_at(asked.json, "/params/m.login.terms/policies/rules/version") == "2");
  // To skip the stage does not help.
  CHECK(register_as(server, "alice", R"(,"auth":{"type":"m.login.dummy"})").status == 401);

  Browser browser(server);
  browser.open(url.substr(std::string("https://x.example").size()));
  CHECK(browser.page().status == 200);
  CHECK(browser.shows("<h2>What is kept</h2>"));
  CHECK(browser.shows("&lt;b&gt;sealed"));
  browser.open("/_chancery/terms/privacy/1.0/de");
  CHECK(browser.shows("<html lang=\"de\">"));
  browser.open("/_chancery/terms/privacy/2.0/en");
  CHECK(browser.page().status == 404);

  const ApiAnswer made =
      register_as(server, "alice", auth_of(asked.text("session"), "m.login.terms"));
  CHECK(made.text("user_id") == "@alice:x");
}

TEST_CASE("an app that knows no terms has them agreed to on a page, by a box that is checked") {
  const TermsFolder terms;
  ServerUnderTest server(terms.configure());
  const std::string session = register_as(server, "alice", "").text("session");
  Browser view(server);
  view.open(stage_path("m.login.terms") + "?session=" + session);
  CHECK(view.shows("/_chancery/terms/privacy/1.0/en"));
  CHECK(view.shows("House rules"));
  CHECK(view.shows("lang=\"de\" hreflang=\"de\""));
  CHECK(view.shows("Datenschutz"));
  view.post(stage_path("m.login.terms"), {{"session", session}});
  CHECK(view.page().status == 401);
  CHECK(view.shows("Tick the box to agree; without that no account is made."));
  CHECK(register_as(server, "alice", auth_of(session, "")).status == 401);
  view.post(stage_path("m.login.terms"), {{"session", session}, {"accepted", "yes"}});
  CHECK(view.shows("auth_done.js"));
  CHECK(register_as(server, "alice", auth_of(session, "")).status == 200);
}

TEST_CASE("terms that cannot be read keep the server from starting") {
  TermsFolder terms;
  terms.write("rules.3.en.txt", "House rules\n\nBe kinder.\n");
  CHECK_THROWS_AS(ServerUnderTest{terms.configure()}, server::ConfigError);
  ServerUnderTest::Configure nowhere = [](server::Config& config) {
    config.registration.terms = "/nowhere/at/all";
  };
  CHECK_THROWS_AS(ServerUnderTest{nowhere}, server::ConfigError);
}

TEST_CASE("a newcomer proves an address on a page, and the account has it") {
  const TermsFolder terms;
  ServerUnderTest server(terms.configure(true));
  server.start_telling_others();
  const ApiAnswer asked = register_as(server, "alice", "");
  CHECK(base::to_text(*find_at(asked.json, "/flows")) ==
        R"([{"stages":["m.login.terms","m.login.email.identity"]}])");
  const std::string session = asked.text("session");
  REQUIRE(register_as(server, "alice", auth_of(session, "m.login.terms")).status == 401);

  const std::string path = stage_path("m.login.email.identity");
  Browser view(server);
  view.open(path + "?session=" + session);
  CHECK(view.shows("E-mail address"));
  view.post(path, {{"session", session}, {"email", "no address"}});
  CHECK(view.page().status == 401);
  CHECK(view.shows("value=\"no address\""));
  view.post(path, {{"session", session}, {"email", "alice@example.org"}});
  settle(server);
  CHECK(view.shows("A mail is on its way to <strong>alice@example.org</strong>."));
  const std::string mark = "name=\"proof\" value=\"";
  const std::string& html = view.page().body;
  const std::size_t from = html.find(mark) + mark.size();
  const std::string proof = html.substr(from, html.find('"', from) - from);
  view.post(path, {{"session", session}, {"proof", proof}});
  CHECK(view.page().status == 401);
  CHECK(view.shows("was not confirmed yet"));
  REQUIRE(confirm(server) == 200);
  // Another session's page is no proof for this one.
  const std::string other = register_as(server, "bob", "").text("session");
  view.post(path, {{"session", other}, {"proof", proof}});
  CHECK(view.page().status == 401);

  view.post(path, {{"session", session}, {"proof", proof}});
  CHECK(view.shows("auth_done.js"));
  const ApiAnswer made = register_as(server, "alice", auth_of(session, ""));
  REQUIRE(made.status == 200);
  Person alice = server.stranger();
  alice.set_token(made.text("access_token"));
  CHECK(text_at(alice.get("/account/3pid").json, "/threepids/0/address") == "alice@example.org");
}

TEST_CASE("the page that makes accounts asks for an address and for agreement as well") {
  const TermsFolder terms;
  ServerUnderTest server(terms.configure(true));
  server.start_telling_others();
  Browser browser(server);
  browser.open(kNewAccount);
  CHECK(browser.shows("E-mail address"));
  CHECK_FALSE(browser.shows("Repeat the password"));
  browser.submit(kNewAccount, {{"email", "nobody"}});
  CHECK(browser.page().status == 400);
  CHECK(browser.shows("value=\"nobody\""));
  browser.submit(kNewAccount, {{"email", "carol@example.net"}});
  CHECK(browser.shows("A mail is on its way to <strong>carol@example.net</strong>."));
  browser.submit(kNewAccount, {{"mail", "other"}});
  CHECK(browser.shows("value=\"carol@example.net\""));
  browser.submit(kNewAccount, {{"email", "carol@example.org"}});
  settle(server);
  server.mail().forget();
  server.scheduler().advance(std::chrono::seconds(90));
  browser.submit(kNewAccount, {{"mail", "again"}});
  settle(server);
  CHECK(browser.shows("A mail is on its way to <strong>carol@example.org</strong>."));

  Browser::Fields fields{{"username", "carol"}, {"password", kPassword}, {"again", kPassword}};
  browser.submit(kNewAccount, {});
  CHECK(browser.page().status == 400);
  CHECK(browser.shows("was not confirmed yet"));
  CHECK_FALSE(browser.shows("Repeat the password"));
  browser.submit(kNewAccount, fields);
  CHECK(browser.shows("was not confirmed yet"));
  REQUIRE(confirm(server) == 200);
  browser.submit(kNewAccount, {});
  REQUIRE(browser.shows("Repeat the password"));
  CHECK(browser.page().status == 200);
  CHECK(browser.shows("House rules"));
  browser.submit(kNewAccount, fields);
  CHECK(browser.shows("Tick the box to agree"));
  fields["accepted"] = "yes";
  // The proof is this browser's alone.
  Browser thief(server);
  thief.open(kNewAccount);
  Browser::Fields stolen = fields;
  stolen["email"] = "carol@example.org";
  const std::string mark = "name=\"proof\" value=\"";
  const std::size_t from = browser.page().body.find(mark) + mark.size();
  stolen["proof"] = browser.page().body.substr(from, browser.page().body.find('"', from) - from);
  thief.submit(kNewAccount, stolen);
  CHECK(thief.shows("was not confirmed yet"));

  browser.submit(kNewAccount, fields);
  CHECK(browser.shows("@carol:x"));
  CHECK(server.stranger()
            .post("/login", fmt::format(R"({{"type":"m.login.password","password":"{}",)"
                                        R"("identifier":{{"type":"m.id.thirdparty",)"
                                        R"("medium":"email","address":"carol@example.org"}}}})",
                                        kPassword))
            .status == 200);
}

TEST_CASE("a password is set anew by an address that is proven on a page") {
  const TermsFolder terms;
  ServerUnderTest server(terms.configure(true));
  server.start_telling_others();
  Browser browser(server);
  browser.open(kNewAccount);
  browser.submit(kNewAccount, {{"email", "carol@example.org"}});
  settle(server);
  REQUIRE(confirm(server) == 200);
  browser.submit(
      kNewAccount,
      {{"username", "carol"}, {"password", kPassword}, {"again", kPassword}, {"accepted", "yes"}});
  REQUIRE(browser.shows("@carol:x"));
  server.mail().forget();

  const std::string body = R"({"new_password":"another horse, another battery")";
  const std::string session =
      server.stranger().post("/account/password", body + "}").text("session");
  const std::string path = stage_path("m.login.email.identity");
  Browser view(server);
  view.open(path + "?session=" + session);
  CHECK(view.shows("set a new password"));
  view.post(path, {{"session", session}, {"email", "carol@example.org"}});
  settle(server);
  const std::string mark = "name=\"proof\" value=\"";
  const std::size_t from = view.page().body.find(mark) + mark.size();
  const std::string proof = view.page().body.substr(from, view.page().body.find('"', from) - from);
  REQUIRE(confirm(server) == 200);
  view.post(path, {{"session", session}, {"proof", proof}});
  CHECK(view.shows("auth_done.js"));
  CHECK(server.stranger()
            .post("/account/password", body + R"(,"auth":{"session":")" + session + "\"}}")
            .status == 200);
}

// --- m.login.sso
// ------------------------------------------------------------------------------------------------

struct SignOn {
  explicit SignOn(bool takes_passwords = true)
      : server([&](server::Config& config) { config.accounts.legacy_login = takes_passwords; }) {}

  ApiAnswer remove(const std::string& auth = "{}") const {
    return alice.del("/devices/" + alice.device(), auth);
  }
  static std::string retry(const std::string& session) {
    return R"({"auth":{"session":")" + session + "\"}}";
  }
  std::string open(Browser& browser, const std::string& session) const {
    browser.open(stage_path("m.login.sso") + "?session=" + session);
    return session;
  }
  static void sign_in(Browser& browser, const std::string& name) {
    browser.submit("/_chancery/account/sign_in", {{"username", name}, {"password", kPassword}});
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice", kPassword);
  Person bob = server.register_user("bob", kPassword);
};

TEST_CASE("what asks for a proof takes a sign-in on the server's page for one") {
  SignOn house(false);
  const ApiAnswer asked = house.remove();
  CHECK(base::to_text(*find_at(asked.json, "/flows")) == R"([{"stages":["m.login.sso"]}])");
  const std::string session = asked.text("session");
  CHECK(house.remove(SignOn::retry(session)).status == 401);

  Browser browser(house.server);
  house.open(browser, session);
  REQUIRE(browser.shows("<h1>Sign in</h1>"));
  CHECK(browser.shows("sign a session of yours out"));
  CHECK(browser.shows("sign in as <strong>@alice:x</strong>"));
  SignOn::sign_in(browser, "alice");
  REQUIRE(browser.shows("sign a session of yours out"));
  CHECK(house.remove(SignOn::retry(session)).status == 401);
  browser.submit(stage_path("m.login.sso"), {});
  CHECK(browser.shows("auth_done.js"));
  CHECK(house.remove(SignOn::retry(session)).status == 200);
}

TEST_CASE("apps that ask for passwords are offered the page beside it, and an app's word is none") {
  SignOn house;
  const ApiAnswer asked = house.remove();
  CHECK(base::to_text(*find_at(asked.json, "/flows")) ==
        R"([{"stages":["m.login.password"]},{"stages":["m.login.sso"]}])");
  const std::string claim =
      R"({"auth":{"type":"m.login.sso","session":")" + asked.text("session") + "\"}}";
  const ApiAnswer refused = house.remove(claim);
  CHECK(refused.status == 401);
  CHECK(refused.errcode() == "M_UNAUTHORIZED");
}

TEST_CASE("a sign-in on the page is a proof for its own account, while it is fresh, by a form") {
  SignOn house;
  const std::string session = house.remove().text("session");
  Browser browser(house.server);
  house.open(browser, session);
  SignOn::sign_in(browser, "bob");
  CHECK(browser.page().status == 403);
  CHECK(browser.shows("this is for @alice:x alone"));
  CHECK_THROWS(browser.submit(stage_path("m.login.sso"), {}));
  browser.post(stage_path("m.login.sso"), {{"session", session}});
  CHECK(browser.page().status == 403);

  Browser alices(house.server);
  alices.open("/_chancery/account/sign_in");
  SignOn::sign_in(alices, "alice");
  house.server.scheduler().advance(std::chrono::minutes(6));
  const std::string later = house.open(alices, house.remove().text("session"));
  REQUIRE(alices.shows("Password"));
  SignOn::sign_in(alices, "alice");
  alices.post(stage_path("m.login.sso"), {{"session", later}});  // no token of a form
  CHECK(alices.page().status == 403);
  CHECK(house.remove(SignOn::retry(later)).status == 401);
  house.open(alices, later);
  alices.submit(stage_path("m.login.sso"), {});
  CHECK(house.remove(SignOn::retry(later)).status == 200);
}

}  // namespace
}  // namespace chancery::scenario
