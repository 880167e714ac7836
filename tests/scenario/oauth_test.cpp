// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// OAuth 2.0 from registration to revocation, and what must not work on the way.
#include "tests/scenario/oauth_app.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

using House = OauthHouse;

TEST_CASE("the metadata names every endpoint, under the stable path, the old one and well-known") {
  ServerUnderTest server;
  const ApiAnswer metadata = server.stranger().get("/_matrix/client/v1/auth_metadata");
  REQUIRE(metadata.status == 200);
  CHECK(metadata.text("issuer") == "http://127.0.0.1:8008");
  for (const char* endpoint : {"authorization_endpoint", "token_endpoint", "revocation_endpoint",
                               "registration_endpoint", "device_authorization_endpoint",
                               "pushed_authorization_request_endpoint", "account_management_uri"}) {
    CAPTURE(endpoint);
    const std::string address = metadata.text(endpoint);
    REQUIRE(address.starts_with("http://127.0.0.1:8008/"));
    const std::string path = address.substr(std::string("http://127.0.0.1:8008").size());
    CHECK(server.stranger().get(path).status != 404);
  }
  CHECK(base::to_text(*find_at(metadata.json, "/code_challenge_methods_supported")) ==
        R"(["S256"])");
  CHECK(base::to_text(*find_at(metadata.json, "/response_modes_supported")) ==
        R"(["query","fragment"])");
  // Nobody can register, so nobody is invited to.
  CHECK(find_at(metadata.json, "/prompt_values_supported") == nullptr);
  for (const char* path :
       {"/_matrix/client/unstable/org.matrix.msc2965/auth_metadata",
        "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"}) {
    CHECK(server.stranger().get(path).body == metadata.body);
  }
  CHECK(server.stranger()
            .get("/_matrix/client/unstable/org.matrix.msc2965/auth_issuer")
            .text("issuer") == metadata.text("issuer"));
}

TEST_CASE("a server that does not know its address offers no OAuth") {
  ServerUnderTest server([](server::Config& config) { config.listeners.front().port = 0; });
  const ApiAnswer metadata = server.stranger().get("/_matrix/client/v1/auth_metadata");
  CHECK(metadata.status == 404);
  CHECK(metadata.errcode() == "M_UNRECOGNIZED");
}

TEST_CASE("equal registrations are one client, and unused ones are forgotten after a day") {
  House house;
  CHECK(OauthApp(house.server).id() == house.app.id());
  const std::string other = OauthApp(house.server, R"({"client_uri":"https://other.example/",
      "redirect_uris":["https://other.example/"]})")
                                .id();
  CHECK(other != house.app.id());
  const ApiAnswer tokens = house.app.sign_in();

  house.server.scheduler().advance(25h);
  house.server.scheduler().run(house.server.composition().oauth_clients().sweep());
  Browser browser(house.server);
  browser.open(house.app.authorize_address({{"client_id", other}}));
  CHECK(browser.page().status == 400);
  CHECK(house.app.refresh(tokens.text("refresh_token")).status == 200);
}

TEST_CASE("an app registers, signs somebody in, refreshes, and signs out") {
  House house;
  const std::string sent_to = house.app.let_in();
  REQUIRE(sent_to.starts_with("https://app.example/callback?x=1#"));
  CHECK(parameter_of(sent_to, "state") == "a state");
  CHECK(parameter_of(sent_to, "iss") == "http://127.0.0.1:8008");

  const ApiAnswer tokens = house.app.redeem(parameter_of(sent_to, "code"));
  REQUIRE(tokens.status == 200);
  CHECK(tokens.text("token_type") == "Bearer");
  CHECK(tokens.text("scope") == "urn:matrix:client:api:* urn:matrix:client:device:DEVICE");
  CHECK(find_at(tokens.json, "/expires_in")->as_int64() == 3600);
  CHECK(tokens.headers.find("Cache-Control") == "no-store");
  CHECK(house.owner(tokens.text("access_token")) == "@alice:x DEVICE");

  house.server.scheduler().advance(2h);
  CHECK(house.owner(tokens.text("access_token")).empty());
  const ApiAnswer refreshed = house.app.refresh(tokens.text("refresh_token"));
  REQUIRE(refreshed.status == 200);
  CHECK(house.owner(refreshed.text("access_token")) == "@alice:x DEVICE");

  CHECK(house.app.revoke(refreshed.text("refresh_token")).status == 200);
  CHECK(house.owner(refreshed.text("access_token")).empty());
  CHECK(house.app.refresh(refreshed.text("refresh_token")).text("error") == "invalid_grant");
  // Once more, and of nobody: nothing is told.
  CHECK(house.app.revoke(refreshed.text("access_token")).status == 200);
  CHECK(house.app.revoke("nonsense").status == 200);
}

TEST_CASE("the token endpoint refuses in the words of RFC 6749") {
  House house;
  const std::string path = "/_chancery/oauth2/token";
  CHECK(house.app.post(path, {{"grant_type", "password"}, {"client_id", house.app.id()}})
            .text("error") == "unsupported_grant_type");
  const ApiAnswer stranger = house.app.post(
      path, {{"grant_type", "refresh_token"}, {"refresh_token", "x"}, {"client_id", "nobody"}});
  CHECK(stranger.status == 401);
  CHECK(stranger.text("error") == "invalid_client");
  const OauthApp plain(house.server, R"({"client_uri":"https://plain.example/",
                                         "redirect_uris":["https://plain.example/"]})");
  CHECK(house.app
            .post(path, {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                         {"device_code", "x"},
                         {"client_id", plain.id()}})
            .text("error") == "unauthorized_client");
  const ApiAnswer tokens = house.app.sign_in();
  CHECK(house.app
            .post(path, {{"grant_type", "refresh_token"},
                         {"refresh_token", tokens.text("refresh_token")},
                         {"scope", "urn:matrix:client:api:read"},
                         {"client_id", house.app.id()}})
            .text("error") == "invalid_scope");
  const auto refresh_on = [&](const std::string& device) {
    return house.app.post(path,
                          {{"grant_type", "refresh_token"},
                           {"refresh_token", tokens.text("refresh_token")},
                           {"scope", "urn:matrix:client:api:* urn:matrix:client:device:" + device},
                           {"client_id", house.app.id()}});
  };
  CHECK(refresh_on("ANOTHER").text("error") == "invalid_scope");
  CHECK(refresh_on("DEVICE").status == 200);
  // Another client's, and the older API's, are of no use here; nor is this one there.
  CHECK(plain.refresh(tokens.text("refresh_token")).text("error") == "invalid_grant");
  CHECK(house.server.stranger()
            .post("/refresh", R"({"refresh_token":")" + tokens.text("refresh_token") + "\"}")
            .errcode() == "M_UNKNOWN_TOKEN");
  CHECK(house.owner(tokens.text("access_token")) == "@alice:x DEVICE");

  const ApiAnswer twice = house.server
                              .begin({.method = http::Method::post,
                                      .target = path,
                                      .body = "grant_type=refresh_token&grant_type=refresh_token",
                                      .token = {},
                                      .content_type = "application/x-www-form-urlencoded"})
                              .await();
  CHECK(twice.status == 400);
  CHECK(twice.text("error") == "invalid_request");
  CHECK(house.server.stranger().post(path, "{}").text("error") == "invalid_request");
}

TEST_CASE("a request that is wrong is told to the client, or shown here when it may not be one") {
  House house;
  struct Wrong {
    Browser::Fields changes;
    std::string error;
  };
  const std::vector<Wrong> told{{{{"code_challenge", ""}}, "invalid_request"},
                                {{{"code_challenge_method", ""}}, "invalid_request"},
                                {{{"code_challenge_method", "plain"}}, "invalid_request"},
                                {{{"code_challenge", "too-short"}}, "invalid_request"},
                                {{{"response_type", "token"}}, "unsupported_response_type"},
                                {{{"response_type", ""}}, "invalid_request"},
                                {{{"response_mode", "form_post"}}, "invalid_request"},
                                {{{"scope", "urn:matrix:client:api:*"}}, "invalid_scope"},
                                {{{"scope", ""}}, "invalid_scope"},
                                {{{"prompt", "none"}}, "interaction_required"},
                                {{{"request", "a.b.c"}}, "request_not_supported"}};
  for (const Wrong& wrong : told) {
    CAPTURE(wrong.error);
    CAPTURE(form_of(wrong.changes));
    // A stranger's browser stays here, whoever made the link; its owner may go on.
    Browser stranger(house.server);
    stranger.open(house.app.authorize_address(wrong.changes));
    CHECK(stranger.sent_to().empty());
    CHECK(stranger.page().status == 400);
    CHECK(stranger.shows("href=\"https://app.example/callback?x=1"));
    CHECK(stranger.shows("error=" + wrong.error));
    Browser browser(house.server);
    browser.open("/_chancery/account");
    browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
    browser.open(house.app.authorize_address(wrong.changes));
    REQUIRE(browser.sent_to().starts_with("https://app.example/callback?x=1"));
    CHECK(parameter_of(browser.sent_to(), "error") == wrong.error);
    CHECK(parameter_of(browser.sent_to(), "state") == "a state");
    CHECK(parameter_of(browser.sent_to(), "iss") == "http://127.0.0.1:8008");
  }
  for (const Browser::Fields& shown :
       {Browser::Fields{{"client_id", ""}}, Browser::Fields{{"client_id", "nobody"}},
        Browser::Fields{{"client_id", "\"><script>"}}, Browser::Fields{{"redirect_uri", ""}},
        Browser::Fields{{"redirect_uri", "https://app.example/callback?x=1&y=2"}},
        Browser::Fields{{"redirect_uri", "https://app.example/"}},
        Browser::Fields{{"redirect_uri", "https://app.example.evil.example/callback?x=1"}},
        Browser::Fields{{"redirect_uri", "javascript:alert(1)"}},
        Browser::Fields{{"request_uri", "urn:ietf:params:oauth:request_uri:nothing"}}}) {
    CAPTURE(form_of(shown));
    Browser browser(house.server);
    browser.open(house.app.authorize_address(shown));
    CHECK(browser.page().status == 400);
    CHECK(browser.sent_to().empty());
    CHECK_FALSE(browser.shows("<script>"));
  }
}

TEST_CASE("somebody who says no is believed, and one who is signed in is asked at once") {
  House house;
  Browser browser(house.server);
  browser.open(house.app.authorize_address({{"response_mode", "query"}}));
  browser.submit("/_chancery/account/sign_in", {{"username", "Alice"}, {"password", kPassword}});
  REQUIRE(browser.shows("An app"));
  CHECK(browser.shows("app.example"));
  CHECK(browser.shows("@alice:x"));
  CHECK(browser.shows("Its answer goes to that host alone."));
  const std::string policy(browser.page().headers.find("Content-Security-Policy").value_or(""));
  CHECK(policy.find("form-action 'self' https://app.example") != std::string::npos);
  browser.submit("/_chancery/oauth2/authorize", {{"answer", "deny"}});
  CHECK(parameter_of(browser.sent_to(), "error") == "access_denied");

  browser.open(house.app.authorize_address());
  CHECK(browser.shows("Let this app in?"));
  browser.submit("/_chancery/account/sign_out", {});
  CHECK(browser.shows("Sign in"));
}

TEST_CASE("a wrong password is said on the page, and does not sign in") {
  House house;
  Browser browser(house.server);
  browser.open(house.app.authorize_address());
  browser.submit("/_chancery/account/sign_in", {{"username", "alice\"><b>"}, {"password", "x"}});
  CHECK(browser.page().status == 403);
  CHECK(browser.shows("role=\"alert\""));
  CHECK(browser.shows("alice&quot;&gt;&lt;b&gt;"));
  browser.open(house.app.authorize_address());
  CHECK(browser.shows("name=\"password\""));
}

TEST_CASE("a name that nobody has is hashed for as often as a wrong password") {
  House house;
  accounts::Passwords& passwords = house.server.composition().accounts().passwords;
  const auto runs_of = [&](const char* name) {
    const std::uint64_t before = passwords.checks();
    Browser browser(house.server);
    browser.open("/_chancery/account/sign_in");
    browser.submit("/_chancery/account/sign_in", {{"username", name}, {"password", "wrong"}});
    CHECK(browser.page().status == 403);
    return passwords.checks() - before;
  };
  CHECK(runs_of("alice") == 1);
  CHECK(runs_of("nobody") == 1);
  CHECK(runs_of("no name at all!") == 1);
}

TEST_CASE("a form counts only from a page that this browser was shown") {
  House house;
  Browser browser(house.server);
  browser.open(house.app.authorize_address());
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  const std::string request =
      house.app.authorize_address().substr(std::string("/_chancery/oauth2/authorize?").size());
  Browser evil(house.server);
  evil.open("/_chancery/account/sign_in");
  const std::string& page = evil.page().body;
  const std::size_t at = page.find("name=\"token\" value=\"") + 20;
  const std::string foreign_token = page.substr(at, page.find('"', at) - at);

  for (const Browser::Fields& fields :
       {Browser::Fields{{"answer", "allow"}, {"request", request}},
        Browser::Fields{{"answer", "allow"}, {"request", request}, {"token", foreign_token}},
        Browser::Fields{
            {"answer", "allow"}, {"request", request}, {"token", std::string(43, 'A')}}}) {
    browser.post("/_chancery/oauth2/authorize", fields);
    CHECK(browser.page().status == 403);
    CHECK(browser.sent_to().empty());
  }
  // Nor without the cookie.
  Browser bare(house.server);
  bare.post("/_chancery/oauth2/authorize",
            {{"answer", "allow"}, {"request", request}, {"token", foreign_token}});
  CHECK(bare.page().status == 403);
}

TEST_CASE("signing in changes the cookie, so that a planted one is of no use") {
  House house;
  Browser browser(house.server);
  browser.open("/_chancery/account");
  const std::string before = browser.cookie();
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  CHECK(browser.shows("@alice:x"));
  CHECK(browser.cookie() != before);

  Browser planted(house.server);
  planted.set_cookie(before);
  planted.open("/_chancery/account");
  CHECK_FALSE(planted.shows("@alice:x"));
}

TEST_CASE("cookies are bound to the host and sent by TLS alone where there is TLS") {
  ServerUnderTest server(
      [](server::Config& config) { config.server.public_url = "https://x.example"; });
  const ApiAnswer page = server.stranger().get("/_chancery/account/sign_in");
  const std::string cookie(page.headers.find("Set-Cookie").value_or(""));
  CHECK(cookie.starts_with("__Host-chancery="));
  CHECK(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));

  ServerUnderTest plain;
  const ApiAnswer plain_page = plain.stranger().get("/_chancery/account/sign_in");
  CHECK(plain_page.headers.find("Set-Cookie").value_or("").ends_with("HttpOnly; SameSite=Lax"));
}

TEST_CASE("a pushed request is shown by its name, to its client, once") {
  House house;
  const std::string address = house.app.authorize_address({{"response_mode", "query"}});
  const auto query = http::Query::parse(address.substr(address.find('?') + 1));
  Browser::Fields fields;
  for (const char* name : {"response_type", "client_id", "redirect_uri", "scope", "state",
                           "response_mode", "code_challenge_method", "code_challenge"}) {
    fields[name] = std::string(*query->find(name));
  }
  const ApiAnswer pushed = house.app.post("/_chancery/oauth2/par", fields);
  REQUIRE(pushed.status == 201);
  CHECK(find_at(pushed.json, "/expires_in")->as_int64() == 600);
  const std::string name = pushed.text("request_uri");
  const auto shown_to = [&](const std::string& client) {
    return "/_chancery/oauth2/authorize?" + form_of({{"client_id", client}, {"request_uri", name}});
  };

  Browser browser(house.server);
  browser.open(shown_to("nobody"));
  CHECK(browser.page().status == 400);
  browser.open(shown_to(house.app.id()));
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  // Twice at once, as by a double click: one code.
  const auto begin = [&] {
    const std::string& page = browser.page().body;
    const std::size_t at = page.find("name=\"token\" value=\"") + 20;
    return house.server.begin(
        {.method = http::Method::post,
         .target = "/_chancery/oauth2/authorize",
         .body =
             form_of({{"token", page.substr(at, page.find('"', at) - at)},
                      {"request", form_of({{"client_id", house.app.id()}, {"request_uri", name}})},
                      {"answer", "allow"}}),
         .token = {},
         .content_type = "application/x-www-form-urlencoded",
         .headers = {{"Cookie", browser.cookie()}}});
  };
  Pending one = begin();
  Pending other = begin();
  const std::string first(one.await().headers.find("Location").value_or(""));
  const std::string second(other.await().headers.find("Location").value_or(""));
  CHECK(first.empty() != second.empty());
  CHECK(house.app.redeem(parameter_of(first + second, "code")).status == 200);
  browser.open(shown_to(house.app.id()));
  CHECK(browser.page().status == 400);

  CHECK(house.app.post("/_chancery/oauth2/par", {{"client_id", house.app.id()}}).text("error") ==
        "invalid_request");
  fields["code_challenge_method"] = "plain";
  CHECK(house.app.post("/_chancery/oauth2/par", fields).text("error") == "invalid_request");
}

TEST_CASE("registering again and again is limited, and registrations that are wrong say why") {
  House house;
  const Person stranger = house.server.stranger();
  const auto error_of = [&](const std::string& body) {
    const ApiAnswer answer = stranger.post("/_chancery/oauth2/register", body);
    CHECK(answer.status == 400);
    return answer.text("error");
  };
  CHECK(error_of("{") == "invalid_client_metadata");
  CHECK(error_of("[]") == "invalid_client_metadata");
  CHECK(error_of("{}") == "invalid_client_metadata");
  CHECK(error_of(R"({"client_uri":"https://a.example/","redirect_uris":["javascript:alert"]})") ==
        "invalid_redirect_uri");
  CHECK(error_of(R"({"client_uri":"https://a.example/","redirect_uris":["https://a.example/"],
                     "logo_uri":"javascript:alert"})") == "invalid_client_metadata");
  const std::string large = "{\"client_name\":\"" + std::string(20'000, 'a') + "\"}";
  CHECK(stranger.post("/_chancery/oauth2/register", large).status == 413);

  ServerUnderTest limited([](server::Config& config) { config.limits.enabled = true; });
  ApiAnswer last;
  for (int i = 0; i < 10; ++i) {
    const std::string address = "https://a" + std::to_string(i) + ".example/";
    last = limited.stranger().post(
        "/_chancery/oauth2/register",
        "{\"client_uri\":\"" + address + "\",\"redirect_uris\":[\"" + address + "\"]}");
  }
  CHECK(last.status == 429);
  CHECK(last.text("error") == "temporarily_unavailable");
  CHECK(last.headers.find("Retry-After").has_value());
}

TEST_CASE("a device shows a code, its owner types it elsewhere, and the device is signed in") {
  House house;
  const ApiAnswer begun =
      house.app.post("/_chancery/oauth2/device",
                     {{"client_id", house.app.id()},
                      {"scope", "urn:matrix:client:api:* urn:matrix:client:device:TELEVISION"}});
  REQUIRE(begun.status == 200);
  CHECK(begun.text("verification_uri_complete") ==
        begun.text("verification_uri") + "?user_code=" + begun.text("user_code"));
  const auto poll = [&] {
    return house.app.post("/_chancery/oauth2/token",
                          {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                           {"device_code", begun.text("device_code")},
                           {"client_id", house.app.id()}});
  };
  CHECK(poll().text("error") == "authorization_pending");
  CHECK(poll().text("error") == "slow_down");
  house.server.scheduler().advance(10s);
  CHECK(poll().text("error") == "authorization_pending");

  Browser browser(house.server);
  browser.open("/_chancery/oauth2/link");
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  browser.open("/_chancery/oauth2/link?user_code=BBBB-BBBB");
  CHECK(browser.page().status == 404);
  std::string typed = begun.text("user_code");
  typed.erase(4, 1);
  for (char& c : typed) c = static_cast<char>(c - 'A' + 'a');
  browser.open("/_chancery/oauth2/link?user_code=" + typed);
  CHECK(browser.shows("An app"));
  // Nothing shows that it comes from where it says.
  CHECK(browser.shows("All of this is what it says of itself."));
  browser.submit("/_chancery/oauth2/link", {{"answer", "allow"}});
  CHECK(browser.shows("is being signed in"));

  house.server.scheduler().advance(11s);
  const ApiAnswer tokens = poll();
  REQUIRE(tokens.status == 200);
  CHECK(house.owner(tokens.text("access_token")) == "@alice:x TELEVISION");
  house.server.scheduler().advance(11s);
  CHECK(poll().text("error") == "invalid_grant");
  CHECK(house.app.refresh(tokens.text("refresh_token")).status == 200);
}

TEST_CASE("codes of devices are not to be guessed, by the page or by its form") {
  ServerUnderTest server([](server::Config& config) { config.limits.enabled = true; });
  server.register_user("alice", kPassword);
  Browser browser(server);
  browser.open("/_chancery/account");
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  REQUIRE(browser.shows("@alice:x"));
  const std::string& page = browser.page().body;
  const std::size_t at = page.find("name=\"token\" value=\"") + 20;
  const std::string token = page.substr(at, page.find('"', at) - at);

  for (int i = 0; i < 4; ++i) {
    browser.open("/_chancery/oauth2/link?user_code=BBBB-BBBB");
    CHECK(browser.page().status == 404);
  }
  browser.post("/_chancery/oauth2/link",
               {{"token", token}, {"user_code", "BBBB-BBBC"}, {"answer", "allow"}});
  CHECK(browser.page().status == 404);
  browser.open("/_chancery/oauth2/link?user_code=BBBB-BBBD");
  CHECK(browser.page().status == 429);
  browser.open("/_chancery/oauth2/link");
  CHECK(browser.page().status == 200);

  server.scheduler().advance(2s);
  browser.open("/_chancery/oauth2/link?user_code=BBBB-BBBD");
  CHECK(browser.page().status == 404);
}

TEST_CASE("a device that is turned away, unknown, or too late gets nothing") {
  House house;
  const Browser::Fields wanted{
      {"client_id", house.app.id()},
      {"scope", "urn:matrix:client:api:* urn:matrix:client:device:TELEVISION"}};
  const ApiAnswer begun = house.app.post("/_chancery/oauth2/device", wanted);
  const auto poll = [&](const std::string& code) {
    return house.app
        .post("/_chancery/oauth2/token",
              {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
               {"device_code", code},
               {"client_id", house.app.id()}})
        .text("error");
  };
  Browser browser(house.server);
  browser.open("/_chancery/oauth2/link?user_code=" + begun.text("user_code"));
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  browser.submit("/_chancery/oauth2/link", {{"answer", "deny"}});
  CHECK(poll(begun.text("device_code")) == "access_denied");
  CHECK(poll("nonsense") == "expired_token");

  const ApiAnswer late = house.app.post("/_chancery/oauth2/device", wanted);
  house.server.scheduler().advance(20min);
  CHECK(poll(late.text("device_code")) == "expired_token");
  CHECK(house.app.post("/_chancery/oauth2/device", {{"client_id", "x"}}).text("error") ==
        "invalid_client");
  CHECK(house.app.post("/_chancery/oauth2/device", {{"client_id", house.app.id()}}).text("error") ==
        "invalid_scope");
}

TEST_CASE("whoever is locked or has left gets nothing by any way, and what they had ends") {
  for (const bool is_locked : {true, false}) {
    CAPTURE(is_locked);
    House house;
    const ApiAnswer tokens = house.app.sign_in("PHONE");
    const std::string code = parameter_of(house.app.let_in({{"response_mode", "query"}}), "code");
    const ApiAnswer device =
        house.app.post("/_chancery/oauth2/device",
                       {{"client_id", house.app.id()},
                        {"scope", "urn:matrix:client:api:* urn:matrix:client:device:TELEVISION"}});
    Browser browser(house.server);
    browser.open("/_chancery/oauth2/link?user_code=" + device.text("user_code"));
    browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
    browser.submit("/_chancery/oauth2/link", {{"answer", "allow"}});

    const protocol::UserId alice = protocol::UserId::trusted("@alice:x");
    if (is_locked) {
      house.server.scheduler().run(house.server.composition().accounts().accounts.set_locked(
          "server", alice, accounts::Accounts::Locked::yes));
    } else {
      house.server.scheduler().run(house.server.composition().people().deactivation.deactivate(
          "server", alice, accounts::Deactivation::Erase::no));
    }

    CHECK(house.owner(tokens.text("access_token")).empty());
    CHECK(house.app.refresh(tokens.text("refresh_token")).text("error") == "invalid_grant");
    CHECK(house.app.redeem(code).text("error") == "invalid_grant");
    CHECK(house.app
              .post("/_chancery/oauth2/token",
                    {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                     {"device_code", device.text("device_code")},
                     {"client_id", house.app.id()}})
              .text("error") == "access_denied");
    browser.open("/_chancery/account");
    CHECK_FALSE(browser.shows("@alice:x"));
    browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
    CHECK(browser.page().status >= 400);
  }
}

TEST_CASE("an app of OAuth sees no password and is told where such things are done") {
  House house;
  const ApiAnswer tokens = house.app.sign_in();
  Person app = house.server.stranger();
  app.set_token(tokens.text("access_token"));
  const std::string auth =
      R"({"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
      R"("password":"correct horse battery"},"new_password":"another horse battery",)"
      R"("devices":["DEVICE"]})";
  CHECK(app.post("/account/deactivate", auth).errcode() == "M_FORBIDDEN");
  CHECK(app.post("/account/password", auth).errcode() == "M_FORBIDDEN");
  CHECK(app.post("/delete_devices", auth).errcode() == "M_FORBIDDEN");
  CHECK(app.del("/devices/" + house.alice.device(), auth).errcode() == "M_FORBIDDEN");
  const ApiAnswer token = app.post("/_matrix/client/v1/login/get_token", auth);
  CHECK(token.status == 400);
  const ApiAnswer capabilities = app.get("/capabilities");
  CHECK_FALSE(find_at(capabilities.json, "/capabilities/m.get_login_token/enabled")->as_bool());
  CHECK_FALSE(find_at(capabilities.json, "/capabilities/m.change_password/enabled")->as_bool());
  // Its own session it may end.
  CHECK(app.post("/logout").status == 200);
  CHECK(house.owner(tokens.text("access_token")).empty());
}

}  // namespace
}  // namespace chancery::scenario
