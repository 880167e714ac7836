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
  Person owner = server.register_owner("owner");

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
       [](const House& house) { return house.alice.post("/logout/all"); }},
      {"an owner locks the account, and unlocks it", [](const House& house) {
         const std::string path = "/_synapse/admin/v2/users/%40alice%3Ax";
         REQUIRE(house.owner.put(path, R"({"locked":true})").status == 200);
         return house.owner.put(path, R"({"locked":false})");
       }}};
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

std::string password_change(std::string_view fresh) {
  return House::with_password(R"(,"logout_devices":false,"new_password":")" + std::string(fresh) +
                              "\"");
}

TEST_CASE("of two changes of the password that were proven by the same old one, one is made") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    House house(seed);
    const auto begin = [&](const Person& by, std::string_view fresh) {
      return house.server.begin({.method = http::Method::post,
                                 .target = "/account/password",
                                 .body = password_change(fresh),
                                 .token = by.token()});
    };
    Pending thief = begin(house.tablet, "a password of a thief");
    Pending owner = begin(house.alice, kNewPassword);
    const ApiAnswer thiefs = thief.await();
    const ApiAnswer owners = owner.await();

    REQUIRE((thiefs.status == 200) != (owners.status == 200));
    const ApiAnswer& lost = thiefs.status == 200 ? owners : thiefs;
    CHECK((lost.errcode() == "M_FORBIDDEN" || find_at(lost.json, "/flows") != nullptr));
  }
}

unsigned sign_in_by(ServerUnderTest& server, std::string_view password) {
  return server.stranger()
      .post("/login",
            R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
            R"("password":")" +
                std::string(password) + "\"}")
      .status;
}

// Shown on a page, by signing in there or by the password alone; for the change of the password
// that the session is for.
void show_on_page(House& house, const std::string& stage, const std::string& session) {
  const std::string page = "/_matrix/client/v3/auth/" + stage + "/fallback/web";
  Browser browser(house.server);
  browser.open(page + "?session=" + session);
  if (stage == "m.login.sso") {
    browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
    browser.submit(page, {});
  } else {
    browser.post(page, {{"session", session}, {"password", kPassword}});
  }
}

TEST_CASE("what was shown on a page before the password was changed changes it to no other one") {
  const std::string wanted = R"("logout_devices":false,"new_password":"a password of a thief")";
  for (const std::string stage : {"m.login.sso", "m.login.password"}) {
    for (const bool is_overtaken : {false, true}) {
      CAPTURE(stage);
      CAPTURE(is_overtaken);
      House house;
      const std::string session =
          house.tablet.post("/account/password", "{" + wanted + "}").text("session");
      show_on_page(house, stage, session);
      if (is_overtaken) {
        REQUIRE(house.alice.post("/account/password", password_change(kNewPassword)).status == 200);
      }

      // What a client adds may stand anywhere.
      const ApiAnswer late = house.tablet.post(
          "/account/password", R"({"auth":{"session":")" + session + "\"}," + wanted + "}");

      CHECK(late.status == (is_overtaken ? 403 : 200));
      CHECK(sign_in_by(house.server, "a password of a thief") == (is_overtaken ? 403 : 200));
      CHECK(sign_in_by(house.server, kNewPassword) == (is_overtaken ? 200 : 403));
    }
  }
}

TEST_CASE("what was shown on a page for an act of an app is of no use once it was overtaken") {
  const std::string path = "/delete_devices";
  const std::string wanted = R"("devices":["TABLET"])";
  for (const Overtaking& overtaking : overtakings()) {
    for (const std::string stage : {"m.login.sso", "m.login.password"}) {
      CAPTURE(overtaking.name);
      CAPTURE(stage);
      House house;
      const std::string session = house.tablet.post(path, "{" + wanted + "}").text("session");
      show_on_page(house, stage, session);
      REQUIRE(overtaking.act(house).status == 200);
      const Person later = house.server.sign_in(house.alice, "LATER");
      const std::string shown = R"({"auth":{"session":")" + session + "\"}," + wanted + "}";

      const ApiAnswer late = later.post(path, shown);

      CHECK(late.status == 403);
      CHECK(late.errcode() == "M_FORBIDDEN");
      // Nothing is left of it: whoever asks again begins anew.
      const ApiAnswer again = later.post(path, shown);
      CHECK(again.status == 401);
      CHECK(again.text("session") != session);
    }
  }
}

TEST_CASE("whoever changes the password on a page goes on by the one that they chose") {
  House house;
  Browser browser(house.server);
  browser.open("/_chancery/account");
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  Browser other(house.server);
  other.open("/_chancery/account");
  other.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  REQUIRE(other.shows("@alice:x"));

  browser.open("/_chancery/account?action=password");
  browser.submit(
      "/_chancery/account/password",
      {{"password", kPassword}, {"new_password", kNewPassword}, {"again", kNewPassword}});

  CHECK(browser.shows("Your password is changed."));
  browser.open("/_chancery/account");
  CHECK(browser.shows("@alice:x"));
  other.open("/_chancery/account");
  CHECK(other.shows("name=\"password\""));
}

TEST_CASE("a sign-in on the pages ends with a lock, and when the last device is ended") {
  struct Ending {
    const char* name;
    std::function<void(House&, const Person&)> act;
  };
  const std::vector<Ending> endings{
      {"a lock that is lifted later",
       [](House&, const Person& owner) {
         const std::string path = "/_synapse/admin/v2/users/%40alice%3Ax";
         REQUIRE(owner.put(path, R"({"locked":true})").status == 200);
         REQUIRE(owner.put(path, R"({"locked":false})").status == 200);
       }},
      {"an owner ends one device",
       [](House&, const Person& owner) {
         REQUIRE(owner
                     .post("/_synapse/admin/v2/users/%40alice%3Ax/delete_devices",
                           R"({"devices":["TABLET"]})")
                     .status == 200);
       }},
      {"the person ends all devices", [](House& house, const Person&) {
         REQUIRE(house.alice
                     .post("/delete_devices", House::with_password(R"(,"devices":["TABLET",")" +
                                                                   house.alice.device() + "\"]"))
                     .status == 200);
       }}};
  for (const Ending& ending : endings) {
    CAPTURE(ending.name);
    House house;
    Browser thief(house.server);
    thief.open("/_chancery/account");
    thief.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
    REQUIRE(thief.shows("@alice:x"));

    ending.act(house, house.owner);

    thief.open("/_chancery/account");
    CHECK(thief.shows("name=\"password\""));
    CHECK_FALSE(thief.shows("@alice:x"));
  }
}

TEST_CASE("whoever ends one device of several stays signed in on the pages, elsewhere too") {
  House house;
  Browser browser(house.server);
  browser.open("/_chancery/account");
  browser.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  REQUIRE(
      house.alice.post("/delete_devices", House::with_password(R"(,"devices":["TABLET","TABLET"])"))
          .status == 200);
  browser.open("/_chancery/account");
  CHECK(browser.shows("@alice:x"));

  // The last one, on the page: this browser stays, others do not.
  Browser other(house.server);
  other.open("/_chancery/account");
  other.submit("/_chancery/account/sign_in", {{"username", "alice"}, {"password", kPassword}});
  browser.open("/_chancery/account?action=org.matrix.device_delete&device_id=" +
               house.alice.device());
  browser.submit("/_chancery/account/end_session", {{"password", kPassword}});
  CHECK(browser.shows("The session is signed out."));
  other.open("/_chancery/account");
  CHECK(other.shows("name=\"password\""));
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
