// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Codes and refresh tokens of OAuth 2.0 that come twice, late, or from somebody else.
#include "tests/scenario/oauth_app.hpp"
#include "tests/support/captured_log.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

using House = OauthHouse;

TEST_CASE("what comes twice is logged with the id of the request, by which more is found of it") {
  House house;
  const support::CapturedLog log;
  const std::string code = parameter_of(house.app.let_in(), "code");
  const ApiAnswer first = house.app.redeem(code);
  const ApiAnswer second = house.app.refresh(first.text("refresh_token"));
  const ApiAnswer third = house.app.refresh(second.text("refresh_token"));
  REQUIRE(house.owner(third.text("access_token")) == "@alice:x DEVICE");
  house.server.scheduler().advance(31s);
  CHECK(house.app.refresh(first.text("refresh_token")).status == 400);
  CHECK(house.app.redeem(code).status == 400);

  CHECK(!log.lines("refresh_token_reused  request=r").empty());
  CHECK(!log.lines("oauth_code_replayed  request=r").empty());
  CHECK(log.lines(code).empty());
}

TEST_CASE("a lost answer to a refresh can be asked for again") {
  House house;
  const ApiAnswer first = house.app.sign_in();
  const ApiAnswer lost = house.app.refresh(first.text("refresh_token"));
  const ApiAnswer second = house.app.refresh(first.text("refresh_token"));

  REQUIRE(second.status == 200);
  CHECK(second.text("access_token") == lost.text("access_token"));
  CHECK(house.owner(second.text("access_token")) == "@alice:x DEVICE");
}

TEST_CASE("parts of one app that refresh at once by one token go on with one session") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    ServerUnderTest server({}, seed);
    server.register_user("alice", kPassword);
    OauthApp app(server);
    const ApiAnswer first = app.sign_in();
    const auto begin = [&] {
      return server.begin({.method = http::Method::post,
                           .target = "/_chancery/oauth2/token",
                           .body = form_of({{"grant_type", "refresh_token"},
                                            {"refresh_token", first.text("refresh_token")},
                                            {"client_id", app.id()}}),
                           .token = {},
                           .content_type = "application/x-www-form-urlencoded"});
    };
    std::vector<Pending> parts;
    for (int part = 0; part < 4; ++part) parts.push_back(begin());
    for (Pending& part : parts) {
      const ApiAnswer answer = part.await();
      REQUIRE(answer.status == 200);
      Person person = server.stranger();
      person.set_token(answer.text("access_token"));
      CHECK(person.get("/account/whoami").status == 200);
    }

    // And one that was slower, after the others went on.
    const ApiAnswer late = app.refresh(first.text("refresh_token"));
    REQUIRE(late.status == 200);
    const ApiAnswer next = app.refresh(late.text("refresh_token"));
    Person person = server.stranger();
    person.set_token(next.text("access_token"));
    CHECK(person.get("/account/whoami").status == 200);
  }
}

TEST_CASE("what was given for a refresh token is given again to no other client") {
  House house;
  const ApiAnswer first = house.app.sign_in();
  const ApiAnswer second = house.app.refresh(first.text("refresh_token"));
  REQUIRE(house.owner(second.text("access_token")) == "@alice:x DEVICE");
  const OauthApp other(house.server, R"({"client_uri":"https://app.example/","client_name":"Other",
                                         "redirect_uris":["https://app.example/callback?x=1"]})");

  CHECK(other.refresh(first.text("refresh_token")).text("error") == "invalid_grant");
  CHECK(house.app.refresh(first.text("refresh_token")).status == 200);
}

TEST_CASE(
    "a refresh token that was replaced and comes back ends the session, after a restart too") {
  House house;
  const ApiAnswer first = house.app.sign_in();
  const ApiAnswer second = house.app.refresh(first.text("refresh_token"));
  const ApiAnswer third = house.app.refresh(second.text("refresh_token"));
  REQUIRE(house.owner(third.text("access_token")) == "@alice:x DEVICE");
  house.server.restart();

  CHECK(house.app.refresh(first.text("refresh_token")).text("error") == "invalid_grant");

  CHECK(house.owner(third.text("access_token")).empty());
  CHECK(house.app.refresh(third.text("refresh_token")).text("error") == "invalid_grant");
  CHECK(house.owner(house.alice.token()) == "@alice:x " + house.alice.device());
}

TEST_CASE("a code serves once, and what it opened ends when it comes back") {
  House house;
  const std::string code = parameter_of(house.app.let_in(), "code");
  const ApiAnswer tokens = house.app.redeem(code);
  REQUIRE(tokens.status == 200);

  CHECK(house.app.redeem(code).text("error") == "invalid_grant");

  CHECK(house.owner(tokens.text("access_token")).empty());
  CHECK(house.app.refresh(tokens.text("refresh_token")).text("error") == "invalid_grant");
}

TEST_CASE("a code that two show at once opens nothing that lasts, in any order") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    ServerUnderTest server({}, seed);
    server.register_user("alice", kPassword);
    OauthApp app(server);
    const std::string code = parameter_of(app.let_in(), "code");
    const auto begin = [&] {
      return server.begin({.method = http::Method::post,
                           .target = "/_chancery/oauth2/token",
                           .body = form_of({{"grant_type", "authorization_code"},
                                            {"code", code},
                                            {"redirect_uri", OauthApp::kRedirect},
                                            {"client_id", app.id()},
                                            {"code_verifier", OauthApp::kVerifier}}),
                           .token = {},
                           .content_type = "application/x-www-form-urlencoded"});
    };
    Pending one = begin();
    Pending other = begin();
    const ApiAnswer first = one.await();
    const ApiAnswer second = other.await();

    CHECK((first.status != 200 || second.status != 200));
    for (const ApiAnswer& answer : {first, second}) {
      if (answer.status != 200) {
        CHECK(answer.text("error") == "invalid_grant");
        continue;
      }
      Person person = server.stranger();
      person.set_token(answer.text("access_token"));
      CHECK(person.get("/account/whoami").status == 401);
      CHECK(app.refresh(answer.text("refresh_token")).text("error") == "invalid_grant");
    }
  }
}

TEST_CASE("a code is of use to nobody but whom it was given, and for a minute") {
  House house;
  const std::string code = parameter_of(house.app.let_in({{"response_mode", "query"}}), "code");
  const OauthApp other(house.server, R"({"client_uri":"https://app.example/","client_name":"Other",
                                         "redirect_uris":["https://app.example/callback?x=1"]})");
  CHECK(other.redeem(code).text("error") == "invalid_grant");
  for (const Browser::Fields& changes :
       {Browser::Fields{{"code_verifier", std::string(43, 'x')}},
        Browser::Fields{{"code_verifier", "short"}},
        Browser::Fields{{"redirect_uri", "https://app.example/callback"}}}) {
    CHECK(house.app.redeem(code, changes).text("error") == "invalid_grant");
  }
  for (const char* missing : {"code", "redirect_uri", "code_verifier", "client_id", "grant_type"}) {
    CAPTURE(missing);
    const ApiAnswer answer = house.app.redeem(code, {{missing, ""}});
    CHECK(answer.status == 400);
    CHECK(answer.text("error") == "invalid_request");
  }
  // None of that spoilt it for the right one.
  CHECK(house.app.redeem(code).status == 200);

  // Time does.
  const std::string late = parameter_of(house.app.let_in({{"response_mode", "query"}}), "code");
  house.server.scheduler().advance(61s);
  CHECK(house.app.redeem(late).text("error") == "invalid_grant");
}

TEST_CASE("who found a code that was used, and not what belongs to it, ends nothing") {
  House house;
  const std::string code = parameter_of(house.app.let_in(), "code");
  const ApiAnswer tokens = house.app.redeem(code);
  REQUIRE(tokens.status == 200);
  const OauthApp other(house.server, R"({"client_uri":"https://app.example/","client_name":"Other",
                                         "redirect_uris":["https://app.example/callback?x=1"]})");

  CHECK(other.redeem(code).text("error") == "invalid_grant");
  for (const Browser::Fields& changes :
       {Browser::Fields{{"code_verifier", std::string(43, 'x')}},
        Browser::Fields{{"redirect_uri", "https://app.example/callback"}}}) {
    CHECK(house.app.redeem(code, changes).text("error") == "invalid_grant");
  }

  CHECK(house.owner(tokens.text("access_token")) == "@alice:x DEVICE");
  CHECK(house.app.refresh(tokens.text("refresh_token")).status == 200);
}

}  // namespace
}  // namespace chancery::scenario
