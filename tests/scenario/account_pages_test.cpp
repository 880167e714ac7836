// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What people do on the pages of their account, and the stages of interactive authentication there.
#include "tests/scenario/oauth_app.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

struct House {
  ServerUnderTest server;
  Person alice = server.register_user("alice", kPassword);
  Browser browser{server};

  House() {
    browser.open("/_chancery/account");
    browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  }
  void open(const std::string& action, const std::string& device = "") {
    browser.open("/_chancery/account?" + form_of({{"action", action}, {"device_id", device}}));
  }
  bool is_signed_in(const Person& person) { return person.get("/account/whoami").status == 200; }
};

TEST_CASE("every action that the metadata names has a page, by its old name too") {
  House house;
  const ApiAnswer metadata = house.server.stranger().get("/_matrix/client/v1/auth_metadata");
  const auto& actions = find_at(metadata.json, "/account_management_actions_supported")->as_array();
  CHECK(actions.size() == 9);
  for (const base::Json& action : actions) {
    house.open(std::string(action.as_string()), house.alice.device());
    CAPTURE(std::string(action.as_string()));
    CHECK(house.browser.page().status == 200);
    CHECK(house.browser.shows("Back to your account"));
  }
  house.open("session_end", house.alice.device());
  CHECK(house.browser.shows("Sign a session out"));
  house.open("nothing");
  CHECK(house.browser.shows("Your account"));
}

TEST_CASE("a link to an action leads there after signing in") {
  House house;
  Browser fresh(house.server);
  fresh.open("/_chancery/account?action=org.matrix.device_view&device_id=" + house.alice.device());
  CHECK(fresh.shows("Sign in"));
  fresh.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  CHECK(fresh.shows("A session"));
  CHECK(fresh.shows(house.alice.device()));
}

TEST_CASE("whoever signs in is sent to no page but this server's") {
  House house;
  for (const char* next : {"https://evil.example/", "//evil.example/", "/\\evil.example",
                           "javascript:alert(1)", "/_matrix/x", "/_chancery/../x", "\n",
                           "/_chancery/%2e%2e/x", "/_chancery/%2E./x", "/_chancery/..?a=1"}) {
    CAPTURE(next);
    Browser fresh(house.server);
    fresh.open("/_chancery/account/sign_in?" + form_of({{"next", next}}));
    fresh.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
    CHECK(fresh.shows("Your account"));
  }
}

TEST_CASE("whoever signs in is sent on with what the page's address asked for, dots too") {
  House house;
  Browser fresh(house.server);
  fresh.open("/_chancery/account/sign_in?" +
             form_of({{"next", "/_chancery/account?action=org.matrix.profile&x=..%2F"}}));
  fresh.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  CHECK(fresh.shows("Your profile"));
}

TEST_CASE("a name is changed, and taken back") {
  House house;
  house.open("org.matrix.profile");
  house.browser.submit("/_chancery/account/profile", {{"displayname", "Alice <b>\"the\" A."}});
  CHECK(house.browser.shows("Your name is saved."));
  CHECK(house.browser.shows("Alice &lt;b&gt;&quot;the&quot; A."));
  CHECK(house.alice.get("/profile/@alice:x").text("displayname") == "Alice <b>\"the\" A.");
  house.browser.submit("/_chancery/account/profile", {{"displayname", ""}});
  CHECK(house.alice.get("/profile/@alice:x").text("displayname").empty());
  house.browser.submit("/_chancery/account/profile", {{"displayname", std::string(5'000, 'a')}});
  CHECK(house.browser.page().status == 403);
  CHECK(house.browser.shows("role=\"alert\""));
}

TEST_CASE("a password is changed with the old one, and other browsers are signed out") {
  House house;
  Browser other(house.server);
  other.open("/_chancery/account");
  other.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  const Browser::Fields fields{{"password", kPassword},
                               {"new_password", "another horse battery"},
                               {"again", "another horse battery"}};
  const auto submit = [&](const Browser::Fields& changes) {
    Browser::Fields sent = changes;
    sent.merge(Browser::Fields(fields));
    house.open("password");
    house.browser.submit("/_chancery/account/password", sent);
  };
  submit({{"password", "wrong"}, {"sign_out", "yes"}});
  CHECK(house.browser.page().status == 403);
  CHECK(house.browser.shows("<title>Error: "));
  CHECK(house.browser.shows("The password is wrong."));
  CHECK(house.browser.shows("type=\"password\" aria-invalid=\"true\" aria-describedby=\"fault\""));
  CHECK(house.browser.shows("name=\"sign_out\" value=\"yes\" checked=\"\""));
  house.open("password");
  CHECK_FALSE(house.browser.shows("aria-invalid"));
  CHECK(house.browser.shows("type=\"password\" autofocus=\"\""));
  CHECK(house.browser.shows("autocomplete=\"username\" value=\"@alice:x\" readonly=\"\" hidden"));
  submit({{"again", "something else entirely"}});
  CHECK(house.browser.shows("The two passwords are not the same."));
  submit({{"new_password", "short"}, {"again", "short"}});
  CHECK(house.browser.shows("at least 15 characters"));
  submit({});
  CHECK(house.browser.shows("Your password is changed."));
  CHECK(house.is_signed_in(house.alice));
  other.open("/_chancery/account");
  CHECK(other.shows("name=\"password\""));
  other.submit("/_chancery/account/sign_in",
               {{"username", "alice"}, {"password", "another horse battery"}});
  CHECK(other.shows("@alice:x"));
}

TEST_CASE("what was done is told once, to whoever did it, and by no link") {
  House house;
  house.open("org.matrix.profile");
  house.browser.submit("/_chancery/account/profile", {{"displayname", "Alice"}});
  CHECK(house.browser.shows("Your name is saved."));
  house.open("org.matrix.profile");
  CHECK_FALSE(house.browser.shows("Your name is saved."));
  for (const char* done : {"profile", "password", "session", "reset"}) {
    house.browser.open(std::string("/_chancery/account?done=") + done);
    CHECK(house.browser.page().status == 200);
    CHECK_FALSE(house.browser.shows("class=\"message"));
  }
}

TEST_CASE("a session is seen with its app, and signed out with the password") {
  House house;
  OauthApp app(house.server);
  const ApiAnswer tokens = app.sign_in("PHONE");
  Person phone = house.server.stranger();
  phone.set_token(tokens.text("access_token"));
  house.open("org.matrix.devices_list");
  CHECK(house.browser.shows("app.example"));
  house.open("org.matrix.device_view", "PHONE");
  CHECK(house.browser.shows("<bdi>An app</bdi>, from <bdi>app.example</bdi>"));

  house.open("org.matrix.device_delete", "PHONE");
  house.browser.submit("/_chancery/account/end_session", {{"password", "wrong"}});
  CHECK(house.browser.page().status == 403);
  CHECK(house.is_signed_in(phone));
  house.browser.submit("/_chancery/account/end_session", {{"password", kPassword}});
  CHECK(house.browser.shows("The session is signed out."));
  CHECK_FALSE(house.is_signed_in(phone));
  CHECK(house.is_signed_in(house.alice));
  house.open("org.matrix.device_view", "PHONE");
  CHECK(house.browser.shows("There is no such session."));
}

TEST_CASE("an app may not take a session of another app's place unseen") {
  House house;
  OauthApp app(house.server);
  house.browser.open(app.authorize_address(
      {{"scope", "urn:matrix:client:api:* urn:matrix:client:device:" + house.alice.device()}}));
  CHECK(house.browser.shows("It takes the place of your session"));
  CHECK(house.browser.shows(", which will be signed out."));
  house.browser.open(app.authorize_address());
  CHECK_FALSE(house.browser.shows("It takes the place of your session"));
}

TEST_CASE("an account ends when its owner says so, and means it") {
  House house;
  house.open("org.matrix.account_deactivate");
  house.browser.submit("/_chancery/account/deactivate", {{"password", kPassword}});
  CHECK(house.browser.shows("Tick &#39;I want my account to end&#39; first."));
  house.browser.submit("/_chancery/account/deactivate", {{"password", "wrong"}, {"sure", "yes"}});
  CHECK(house.browser.page().status == 403);
  CHECK(house.is_signed_in(house.alice));
  CHECK(house.browser.shows("name=\"sure\" value=\"yes\" required=\"\" checked=\"\""));
  house.browser.submit("/_chancery/account/deactivate", {{"password", kPassword}, {"sure", "yes"}});
  CHECK(house.browser.page().status == 200);
  CHECK(house.browser.shows("<h1>Your account has ended</h1>"));
  CHECK(house.browser.shows("@alice:x"));
  CHECK_FALSE(house.is_signed_in(house.alice));
  house.browser.open("/_chancery/account");
  CHECK(house.browser.shows("<h1>Sign in</h1>"));
}

TEST_CASE("right passwords on the pages of an account are not held against it") {
  ServerUnderTest server([](server::Config& config) { config.limits.enabled = true; });
  static_cast<void>(server.register_user("alice", kPassword));
  Browser browser(server);
  browser.open("/_chancery/account");
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  for (int i = 0; i < 12; ++i) {
    browser.open("/_chancery/account?action=org.matrix.cross_signing_reset");
    browser.submit("/_chancery/account/reset", {{"password", kPassword}});
    CHECK(browser.shows("An app of yours may replace the keys"));
  }
  for (int i = 0; i < 6; ++i) {
    browser.open("/_chancery/account?action=org.matrix.cross_signing_reset");
    browser.submit("/_chancery/account/reset", {{"password", "wrong"}});
  }
  CHECK(browser.page().status == 429);
  CHECK(browser.shows("Too many failed attempts. Wait "));
}

TEST_CASE("whoever tries too often on a page is told how long to wait, and what to do then") {
  ServerUnderTest server([](server::Config& config) { config.limits.enabled = true; });
  Browser browser(server);
  browser.open("/_chancery/account/sign_in");
  const Browser before = browser;
  for (int i = 0; i < 12 && browser.page().status != 429; ++i) {
    browser = before;
    browser.submit("/_chancery/account/sign_in", {{"username", "a"}, {"password", "b"}});
  }
  CHECK(browser.page().status == 429);
  CHECK(browser.shows("Too many attempts. Wait "));
  CHECK(browser.shows(", go back and try again."));
}

TEST_CASE("an act asked for as a page leads to the page that its form is on") {
  House house;
  for (const auto& [act, shown] : {std::pair{"profile", "Your profile"},
                                   {"password", "Change your password"},
                                   {"end_session", "Your sessions"},
                                   {"deactivate", "Deactivate your account"},
                                   {"reset", "Reset your digital identity"},
                                   {"sign_out", "Your account"}}) {
    CAPTURE(act);
    house.browser.open(std::string("/_chancery/account/") + act);
    CHECK(house.browser.page().status == 200);
    CHECK(house.browser.shows(std::string("<h1>") + shown + "</h1>"));
  }
  CHECK(house.is_signed_in(house.alice));
}

TEST_CASE("sessions are listed with the last seen first, and what an app is called turns no text") {
  House house;
  REQUIRE(house.alice
              .put("/devices/" + house.alice.device(), "{\"display_name\":\"Old \xE2\x80\xAEgnp\"}")
              .status == 200);
  house.server.scheduler().advance(48h);
  Person late = house.server.stranger();
  late.set_token(house.server.stranger()
                     .post("/login", std::string(R"({"type":"m.login.password","user":"alice",)") +
                                         R"("device_id":"LATE","password":")" + kPassword + "\"}")
                     .text("access_token"));
  REQUIRE(late.get("/account/whoami").status == 200);
  house.server.scheduler().advance(10min);
  house.server.settle();
  house.browser.open("/_chancery/account");
  house.browser.submit("/_chancery/account/sign_in",
                       {{"username", "alice"}, {"password", kPassword}});
  house.open("org.matrix.devices_list");
  const std::size_t newer = house.browser.page().body.find("<bdi>Unnamed app</bdi>");
  const std::size_t older = house.browser.page().body.find("<bdi>Old gnp</bdi>");
  REQUIRE(newer != std::string::npos);
  REQUIRE(older != std::string::npos);
  CHECK(newer < older);
}

TEST_CASE("sessions without a name are told apart by app, time, address and id") {
  House house;
  OauthApp oauth(house.server);
  Person app = house.server.stranger();
  app.set_token(oauth.sign_in("PHONE").text("access_token"));
  REQUIRE(app.send({.method = http::Method::get,
                    .target = "/account/whoami",
                    .body = {},
                    .token = app.token(),
                    .headers = {{"User-Agent", "Agent/1.0 <b>"}}})
              .status == 200);
  REQUIRE(house.alice
              .send({.method = http::Method::get,
                     .target = "/account/whoami",
                     .body = {},
                     .token = house.alice.token(),
                     .headers = {{"User-Agent", "Quill/2 (Linux)"}}})
              .status == 200);
  house.open("org.matrix.devices_list");
  const auto shows = [&](std::string_view text) { return house.browser.shows(text); };
  // One is called what its client is called, which no stranger chose for it.
  CHECK(shows("<bdi>An app</bdi>"));
  CHECK(shows("<bdi>app.example</bdi>"));
  CHECK(shows("Id <bdi>PHONE</bdi>"));
  CHECK(shows("<bdi>Unnamed app</bdi>"));
  CHECK(shows("<bdi>Quill/2 (Linux)</bdi>"));
  CHECK(shows("Id <bdi>" + house.alice.device() + "</bdi>"));
  CHECK(shows(" UTC, from "));
  CHECK_FALSE(shows("<b>"));
  house.open("org.matrix.device_view", house.alice.device());
  CHECK(shows("<bdi>Quill/2 (Linux)</bdi>"));
  CHECK(shows(" UTC</bdi>"));
}

TEST_CASE("the sign-in page says which app asks, by what it says of itself") {
  House house;
  OauthApp oauth(house.server, R"({"client_name":"<i>App</i>","client_uri":"https://app.example/",
      "redirect_uris":["https://app.example/callback?x=1"],"response_types":["code"],
      "grant_types":["authorization_code","refresh_token"],
      "token_endpoint_auth_method":"none","application_type":"web"})");
  Browser fresh(house.server);
  fresh.open(oauth.authorize_address());
  CHECK(fresh.shows("<bdi>&lt;i&gt;App&lt;/i&gt;</bdi></strong>, from <bdi>app.example</bdi>"));
  fresh.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", "wrong"}});
  CHECK(fresh.shows("from <bdi>app.example</bdi>"));
  fresh.open("/_chancery/account/sign_in?next=/_chancery/oauth2/authorize?client_id=nobody");
  CHECK(fresh.page().status == 200);
  CHECK_FALSE(fresh.shows("asks you to sign in"));
}

// --- resetting cross-signing keys --------------------------------------------------------------

std::string cross_signing_keys(const std::string& master, const std::string& session = "") {
  std::string body = R"({"master_key":{"user_id":"@alice:x","usage":["master"],"keys":{"ed25519:)" +
                     master + R"(":")" + master + R"("}})";
  if (!session.empty()) body += R"(,"auth":{"session":")" + session + "\"}";
  return body + "}";
}

TEST_CASE("an app resets cross-signing keys once somebody has allowed it on the account page") {
  House house;
  OauthApp oauth(house.server);
  Person app = house.server.stranger();
  app.set_token(oauth.sign_in().text("access_token"));
  const std::string first(43, 'A');
  const std::string second = "B" + std::string(42, 'A');
  REQUIRE(app.post("/keys/device_signing/upload", cross_signing_keys(first)).status == 200);

  const ApiAnswer asked = app.post("/keys/device_signing/upload", cross_signing_keys(second));
  REQUIRE(asked.status == 401);
  CHECK(base::to_text(*find_at(asked.json, "/flows")) ==
        R"([{"stages":["m.oauth"]},{"stages":["org.matrix.cross_signing_reset"]}])");
  const std::string page = text_at(asked.json, "/params/m.oauth/url");
  CHECK(page == "http://127.0.0.1:8008/_chancery/account?action=org.matrix.cross_signing_reset");
  const std::string body = cross_signing_keys(second, asked.text("session"));
  CHECK(app.post("/keys/device_signing/upload", body).status == 401);

  house.open("org.matrix.cross_signing_reset");
  house.browser.submit("/_chancery/account/reset", {{"password", "wrong"}});
  CHECK(app.post("/keys/device_signing/upload", body).status == 401);
  house.browser.submit("/_chancery/account/reset", {{"password", kPassword}});
  CHECK(house.browser.shows("An app of yours may replace the keys"));
  CHECK(app.post("/keys/device_signing/upload", body).status == 200);

  // The word served once; and it is forgotten after ten minutes.
  const std::string third = "C" + std::string(42, 'A');
  const ApiAnswer again = app.post("/keys/device_signing/upload", cross_signing_keys(third));
  REQUIRE(again.status == 401);
  const std::string late = cross_signing_keys(third, again.text("session"));
  CHECK(app.post("/keys/device_signing/upload", late).status == 401);
  house.open("org.matrix.cross_signing_reset");
  house.browser.submit("/_chancery/account/reset", {{"password", kPassword}});
  house.server.scheduler().advance(10min);
  CHECK(app.post("/keys/device_signing/upload", late).status == 401);
}

TEST_CASE("what was allowed on the account page ends with the password by which it was") {
  House house;
  OauthApp oauth(house.server);
  Person app = house.server.stranger();
  app.set_token(oauth.sign_in().text("access_token"));
  const std::string first(43, 'A');
  const std::string second = "B" + std::string(42, 'A');
  REQUIRE(app.post("/keys/device_signing/upload", cross_signing_keys(first)).status == 200);
  const std::string session =
      app.post("/keys/device_signing/upload", cross_signing_keys(second)).text("session");
  house.open("org.matrix.cross_signing_reset");
  house.browser.submit("/_chancery/account/reset", {{"password", kPassword}});
  REQUIRE(house.browser.shows("An app of yours may replace the keys"));

  house.open("password");
  house.browser.submit("/_chancery/account/password", {{"password", kPassword},
                                                       {"new_password", "another horse battery"},
                                                       {"again", "another horse battery"}});
  REQUIRE(house.browser.shows("Your password is changed."));

  CHECK(app.post("/keys/device_signing/upload", cross_signing_keys(second, session)).status == 401);
  house.open("org.matrix.cross_signing_reset");
  house.browser.submit("/_chancery/account/reset", {{"password", "another horse battery"}});
  CHECK(app.post("/keys/device_signing/upload", cross_signing_keys(second, session)).status == 200);
}

// --- new accounts --------------------------------------------------------------------------------

TEST_CASE("an app that wants a new account leads to the page that makes one, where it is open") {
  ServerUnderTest server([](server::Config& config) {
    config.registration.mode = server::RegistrationMode::open;
    config.registration.allow_dummy = true;
  });
  OauthApp app(server);
  const ApiAnswer metadata = server.stranger().get("/_matrix/client/v1/auth_metadata");
  CHECK(base::to_text(*find_at(metadata.json, "/prompt_values_supported")) == R"(["create"])");
  Browser browser(server);
  browser.open(app.authorize_address({{"prompt", "create"}}));
  REQUIRE(browser.shows("Make an account"));
  const Browser::Fields fields{
      {"username", "carol"}, {"password", kPassword}, {"again", kPassword}};
  browser.submit("/_chancery/account/new",
                 {{"username", "carol"}, {"password", "a"}, {"again", "b"}});
  CHECK(browser.shows("The two passwords are not the same."));
  browser.submit("/_chancery/account/new",
                 {{"username", "carol"}, {"password", "a"}, {"again", "a"}});
  CHECK(browser.shows("at least 15 characters"));
  browser.submit("/_chancery/account/new", fields);
  CHECK(browser.shows("@carol:x"));
  browser.submit("/_chancery/oauth2/authorize", {{"answer", "allow"}});
  const ApiAnswer tokens = app.redeem(parameter_of(browser.sent_to(), "code"));
  CHECK(tokens.status == 200);

  Browser second(server);
  second.open("/_chancery/account/new");
  second.submit("/_chancery/account/new", fields);
  CHECK(second.page().status == 400);
}

TEST_CASE(
    "a new account takes a registration token where one is asked for, and none is made else") {
  ServerUnderTest server(
      [](server::Config& config) { config.registration.mode = server::RegistrationMode::token; });
  const auto token = server.scheduler().run(server.composition().accounts().tokens.create(
      "server", {.token = "once", .uses_allowed = 1}));
  Browser browser(server);
  browser.open("/_chancery/account/new");
  const auto submit = [&](const char* name, const char* shown) {
    browser.submit("/_chancery/account/new", {{"username", name},
                                              {"password", kPassword},
                                              {"again", kPassword},
                                              {"registration_token", shown}});
  };
  submit("carol", "wrong");
  CHECK(browser.shows("This registration token is unknown, used up or expired."));
  CHECK(browser.shows("value=\"wrong\""));
  CHECK(browser.shows("value=\"carol\""));
  CHECK_FALSE(browser.shows(kPassword));
  // A use that led to nothing is free again.
  submit("not a name", "once");
  CHECK(browser.page().status == 400);
  submit("carol", "once");
  CHECK(browser.shows("@carol:x"));

  ServerUnderTest closed;
  CHECK(closed.stranger().get("/_chancery/account/new").status == 403);
  Browser sent(closed);
  sent.open(OauthApp(closed).authorize_address({{"prompt", "create"}}));
  CHECK(sent.shows("Sign in"));
}

// --- stages of interactive authentication as pages
// ------------------------------------------------

TEST_CASE("a stage that a client does not know is done on a page") {
  House house;
  const std::string target = "/devices/" + house.alice.device();
  const std::string session = house.alice.del(target, "{}").text("session");
  const std::string page =
      "/_matrix/client/v3/auth/m.login.password/fallback/web?session=" + session;
  Browser view(house.server);
  view.open(page);
  CHECK(view.shows("<h1>Confirm with your password</h1>"));
  CHECK(view.shows("sign a session of yours out"));
  CHECK(view.shows("class=\"bad\">Sign it out</button>"));
  const std::string path = "/_matrix/client/v3/auth/m.login.password/fallback/web";
  const std::string retry = R"({"auth":{"session":")" + session + "\"}}";
  view.post(path, {{"session", session}, {"password", "wrong"}});
  CHECK(view.page().status == 401);
  CHECK(view.shows("The password is wrong."));
  CHECK(house.alice.del(target, retry).status == 401);
  view.post(path, {{"session", session}, {"password", kPassword}});
  CHECK(view.shows("/_chancery/pages/auth_done.js"));
  CHECK(house.alice.del(target, retry).status == 200);
}

TEST_CASE("a newcomer's stages are pages, too") {
  ServerUnderTest server(
      [](server::Config& config) { config.registration.mode = server::RegistrationMode::token; });
  static_cast<void>(server.scheduler().run(
      server.composition().accounts().tokens.create("server", {.token = "word"})));
  const std::string body = R"({"username":"carol","password":"correct horse battery")";
  const std::string session = server.stranger().post("/register", body + "}").text("session");
  const std::string path = "/_matrix/client/v3/auth/m.login.registration_token/fallback/web";
  Browser view(server);
  view.open(path + "?session=" + session);
  CHECK(view.page().status == 200);
  view.post(path, {{"session", session}, {"registration_token", "wrong"}});
  CHECK(view.page().status == 401);
  view.post(path, {{"session", session}, {"registration_token", "word"}});
  CHECK(view.shows("auth_done.js"));
  const ApiAnswer made =
      server.stranger().post("/register", body + R"(,"auth":{"session":")" + session + "\"}}");
  CHECK(made.text("user_id") == "@carol:x");
}

TEST_CASE("a registration token that is shown twice is set aside once, and free again in the end") {
  ServerUnderTest server(
      [](server::Config& config) { config.registration.mode = server::RegistrationMode::token; });
  accounts::RegistrationTokens& tokens = server.composition().accounts().tokens;
  static_cast<void>(
      server.scheduler().run(tokens.create("server", {.token = "word", .uses_allowed = 3})));
  const std::string body = R"({"username":"carol","password":"correct horse battery")";
  const std::string session = server.stranger().post("/register", body + "}").text("session");
  const std::string path = "/_matrix/client/v3/auth/m.login.registration_token/fallback/web";
  const auto form = form_of({{"session", session}, {"registration_token", "word"}});
  const auto begin = [&] {
    return server.begin({.method = http::Method::post,
                         .target = path,
                         .body = form,
                         .token = {},
                         .content_type = "application/x-www-form-urlencoded"});
  };
  Pending one = begin();
  Pending other = begin();
  CHECK(one.await().status == 200);
  CHECK(other.await().status == 200);
  CHECK(begin().await().status == 200);
  CHECK(tokens.pending("word") == 1);

  const ApiAnswer made =
      server.stranger().post("/register", body + R"(,"auth":{"session":")" + session + "\"}}");
  CHECK(made.status == 200);
  CHECK(tokens.pending("word") == 0);
}

TEST_CASE("pages encode whatever stands in their address, and know no stage but the session's") {
  House house;
  const std::string session =
      house.alice.del("/devices/" + house.alice.device(), "{}").text("session");
  const std::string evil = percent_encode("\"><script>alert(1)</script>");
  for (const std::string& target :
       {"/_matrix/client/v3/auth/" + evil + "/fallback/web?session=" + session,
        "/_matrix/client/v3/auth/m.login.dummy/fallback/web?session=" + session,
        "/_matrix/client/v3/auth/m.login.password/fallback/web?session=" + evil,
        "/_chancery/account/sign_in?next=" + evil, "/_chancery/account/new?next=" + evil,
        "/_chancery/account?action=" + evil + "&device_id=" + evil,
        "/_chancery/account?action=org.matrix.device_view&device_id=" + evil,
        "/_chancery/oauth2/link?user_code=" + evil,
        "/_chancery/oauth2/authorize?client_id=" + evil + "&redirect_uri=" + evil,
        "/_chancery/account/sso?redirectUrl=" + evil,
        "/_matrix/client/v3/login/sso/redirect?redirectUrl=" + evil,
        "/_matrix/client/v3/login/sso/redirect/" + evil + "?redirectUrl=https%3A%2F%2Fa.example"}) {
    CAPTURE(target);
    house.browser.open(target);
    CHECK_FALSE(house.browser.shows("<script>alert"));
    const std::string policy(
        house.browser.page().headers.find("Content-Security-Policy").value_or(""));
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(policy.find("script-src") == std::string::npos);
  }
}

}  // namespace
}  // namespace chancery::scenario
