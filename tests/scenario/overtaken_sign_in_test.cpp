// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What was proven before the password was changed, or before everything was signed out, and is of
// no use afterwards.
#include "tests/scenario/oauth_app.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

namespace chancery::scenario {
namespace {

constexpr const char* kNewPassword = "another horse battery";
const protocol::UserId kAlice = protocol::UserId::trusted("@alice:x");

struct House {
  explicit House(std::uint64_t seed = 0) : server({}, seed) {}

  ServerUnderTest server;
  Person alice = server.register_user("alice", kPassword);
  Person tablet = server.sign_in(alice, "TABLET");

  [[nodiscard]] Pending begin_log_in() {
    return server.begin(
        {.method = http::Method::post,
         .target = "/login",
         .body = R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
                 R"("password":"correct horse battery"})",
         .token = {}});
  }
  bool is_good(const ApiAnswer& signed_in) {
    Person person = server.stranger();
    person.set_token(signed_in.text("access_token"));
    return signed_in.status == 200 && person.get("/account/whoami").status == 200;
  }
  std::size_t devices() {
    return server.scheduler().run(server.composition().accounts().devices.load(kAlice)).size();
  }
  static std::string with_password(const std::string& rest = "") {
    return R"({"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
           R"("password":"correct horse battery"})" +
           rest + "}";
  }
};

// Ways to end what was proven so far; the session that does so may go on or not.
struct Overtaking {
  const char* name;
  std::function<ApiAnswer(const House&)> act;
};
const std::vector<Overtaking>& overtakings() {
  static const std::vector<Overtaking> all{
      {"the password is changed, sessions stay",
       [](const House& house) {
         return house.alice.post("/account/password",
                                 House::with_password(std::string(R"(,"logout_devices":false,)") +
                                                      R"("new_password":")" + kNewPassword + "\""));
       }},
      {"everything is signed out",
       [](const House& house) { return house.alice.post("/logout/all"); }}};
  return all;
}

TEST_CASE("a sign-in that is under way is none after everything was signed out") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    House house(seed);
    Pending signing_in = house.begin_log_in();
    house.server.scheduler().run_ready();
    REQUIRE(house.tablet.post("/logout/all").status == 200);

    const ApiAnswer signed_in = signing_in.await();

    CHECK_FALSE(house.is_good(signed_in));
    CHECK(house.devices() == 0);
  }
}

TEST_CASE("a sign-in that is under way is none after the password was changed") {
  House house;
  Pending signing_in = house.begin_log_in();
  house.server.scheduler().run_ready();
  REQUIRE(house.tablet
              .post("/account/password",
                    House::with_password(std::string(R"(,"new_password":")") + kNewPassword + "\""))
              .status == 200);

  const ApiAnswer signed_in = signing_in.await();

  CHECK_FALSE(house.is_good(signed_in));
  CHECK(house.devices() == 1);
}

TEST_CASE("an account that ends while somebody signs in leaves no device behind") {
  House house;
  Pending signing_in = house.begin_log_in();
  house.server.scheduler().run_ready();
  house.server.scheduler().run(house.server.composition().people().deactivation.deactivate(
      "server", kAlice, accounts::Deactivation::Erase::no));

  const ApiAnswer signed_in = signing_in.await();

  CHECK_FALSE(house.is_good(signed_in));
  CHECK(house.devices() == 0);
}

TEST_CASE("a code and a device's approval are of no use once they were overtaken") {
  for (const Overtaking& overtaking : overtakings()) {
    CAPTURE(overtaking.name);
    House house;
    OauthApp app(house.server);
    const std::string code = parameter_of(app.let_in(), "code");
    const ApiAnswer begun =
        app.post("/_chancery/oauth2/device", {{"client_id", app.id()},
                                              {"scope",
                                               "urn:matrix:client:api:* "
                                               "urn:matrix:client:device:SPEAKER"}});
    REQUIRE(begun.status == 200);
    Browser browser(house.server);
    browser.open("/_chancery/oauth2/link?user_code=" + begun.text("user_code"));
    browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
    browser.submit("/_chancery/oauth2/link", {{"answer", "allow"}});
    REQUIRE(browser.shows("The device is being signed in."));

    REQUIRE(overtaking.act(house).status == 200);

    CHECK(app.redeem(code).text("error") == "invalid_grant");
    CHECK(app.post("/_chancery/oauth2/token",
                   {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                    {"device_code", begun.text("device_code")},
                    {"client_id", app.id()}})
              .text("error") == "access_denied");
    browser.open("/_chancery/account");
    CHECK(browser.shows("name=\"password\""));
  }
}

TEST_CASE("a login token is of no use once it was overtaken") {
  for (const Overtaking& overtaking : overtakings()) {
    CAPTURE(overtaking.name);
    House house;
    const std::string token =
        house.alice.post("/_matrix/client/v1/login/get_token", House::with_password())
            .text("login_token");
    REQUIRE_FALSE(token.empty());
    REQUIRE(overtaking.act(house).status == 200);

    const ApiAnswer answer = house.server.stranger().post(
        "/login", R"({"type":"m.login.token","token":")" + token + "\"}");

    CHECK(answer.errcode() == "M_FORBIDDEN");
  }
}

TEST_CASE("whoever signed out everywhere signs in again at once, by every way") {
  House house;
  REQUIRE(house.alice.post("/logout/all").status == 200);

  CHECK(house.is_good(house.begin_log_in().await()));
  OauthApp app(house.server);
  CHECK(house.is_good(app.sign_in()));
}

}  // namespace
}  // namespace chancery::scenario
