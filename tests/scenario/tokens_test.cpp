// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Access tokens that are wrong, old, somebody else's or no longer good.
#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "storage/commit/change.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr const char* kPassword = "correct horse battery";

bool is_soft(const ApiAnswer& answer) {
  const base::Json* soft = find_at(answer.json, "/soft_logout");
  return soft != nullptr && soft->as_bool();
}
void check_unknown(const Person& person) {
  const ApiAnswer answer = person.get("/account/whoami");
  CHECK(answer.status == 401);
  CHECK(answer.errcode() == "M_UNKNOWN_TOKEN");
  CHECK_FALSE(is_soft(answer));
}
ApiAnswer sign_in(ServerUnderTest& server, const std::string& extra = "") {
  return server.stranger().post(
      "/login", R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
                R"("password":"correct horse battery")" +
                    extra + "}");
}

TEST_CASE("a token that is empty, long, binary or almost right is unknown") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const std::string good = alice.token();
  Person other = server.stranger();
  for (const std::string& token :
       {good + "x", good.substr(1), good + " ", " " + good, std::string(100'000, 'a'),
        std::string("\xFF\x01"), std::string("' OR 1=1 --"), std::string("null")}) {
    CAPTURE(token.substr(0, 100));
    other.set_token(token);
    check_unknown(other);
  }
  CHECK(alice.get("/account/whoami").status == 200);
}

// "{header}.{claims}.{signature}", as the tokens of other systems are.
std::string web_token(const std::string& header, const std::string& signature) {
  const std::string claims =
      R"({"iss":"http://127.0.0.1:8008","sub":"alice","sub":"@alice:x","aud":["x","y"],)"
      R"("exp":99999999999,"iat":0})";
  return base::encode_base64url(header) + "." + base::encode_base64url(claims) + "." + signature;
}

TEST_CASE("a token that says by itself whose it is signs nobody in, whatever signed it") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  const Person nobody = server.stranger();
  const std::string flows = nobody.get("/login").body;
  CHECK(flows.find("jwt") == std::string::npos);
  Person shown = server.stranger();
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"None","typ":"JWT"})", R"({"alg":"HS256"})",
        R"({"alg":"HS256","kid":"../../../../dev/null"})",
        R"({"alg":"RS256","jku":"https://evil.example/keys"})",
        R"({"alg":"ES256","jwk":{"kty":"EC"}})"}) {
    CAPTURE(header);
    for (const std::string& signature : {std::string(), std::string(43, 'A')}) {
      const std::string token = web_token(header, signature);
      shown.set_token(token);
      check_unknown(shown);
      for (const char* type : {"org.matrix.login.jwt", "m.login.jwt", "m.login.token"}) {
        CAPTURE(type);
        const ApiAnswer answer = nobody.post(
            "/login", R"({"type":")" + std::string(type) + R"(","token":")" + token + "\"}");
        CHECK(answer.status >= 400);
        CHECK(answer.status < 500);
        CHECK(answer.body.find("access_token") == std::string::npos);
      }
      CHECK(nobody.post("/refresh", R"({"refresh_token":")" + token + "\"}").status == 401);
    }
  }
  CHECK(server.outside().requests().empty());
  CHECK(alice.get("/account/whoami").status == 200);
}

TEST_CASE("the token in the query is taken as the one in the header is") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person nobody = server.stranger();

  CHECK(nobody.get("/account/whoami?access_token=" + alice.token()).text("user_id") == "@alice:x");
  CHECK(nobody.get("/account/whoami?access_token=wrong").errcode() == "M_UNKNOWN_TOKEN");
  CHECK(nobody.get("/account/whoami?access_token=").errcode() == "M_MISSING_TOKEN");
}

TEST_CASE("a token that has expired asks softly, and a refresh goes on with the same device") {
  ServerUnderTest server;
  server.register_user("alice", kPassword);
  const ApiAnswer signed_in = sign_in(server, R"(,"refresh_token":true)");
  REQUIRE(signed_in.status == 200);
  Person alice = server.stranger();
  alice.set_token(signed_in.text("access_token"));
  CHECK(alice.get("/account/whoami").status == 200);

  server.scheduler().advance(std::chrono::hours(2));
  const ApiAnswer expired = alice.get("/account/whoami");
  CHECK(expired.status == 401);
  CHECK(expired.errcode() == "M_UNKNOWN_TOKEN");
  CHECK(is_soft(expired));

  const ApiAnswer refreshed = server.stranger().post(
      "/refresh", R"({"refresh_token":")" + signed_in.text("refresh_token") + "\"}");
  REQUIRE(refreshed.status == 200);
  alice.set_token(refreshed.text("access_token"));
  CHECK(alice.get("/account/whoami").text("device_id") == signed_in.text("device_id"));
}

TEST_CASE("what a client calls itself is shown as text, whatever its bytes") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  for (const std::string& agent :
       {std::string("A\xFF\xC3"), std::string(255, 'a') + "\xC3\xA4", std::string(300, '\x80')}) {
    CHECK(alice
              .send({.method = http::Method::get,
                     .target = "/account/whoami",
                     .body = {},
                     .token = {},
                     .headers = {{"User-Agent", agent}}})
              .status == 200);
    const auto seen = server.scheduler().run(
        server.composition().accounts().devices.load(protocol::UserId::trusted(alice.id())));
    REQUIRE(seen.size() == 1);
    CHECK(base::is_utf8(seen.front().last_seen_agent));
    CHECK(seen.front().last_seen_agent.size() <= 256);
  }
}

TEST_CASE("the name of a device is bounded, by whatever way it is made") {
  ServerUnderTest server([](server::Config& config) {
    config.registration.mode = server::RegistrationMode::open;
    config.registration.allow_dummy = true;
  });
  // Cut before the letter of two bytes that does not fit.
  const std::string name = std::string(255, 'n') + "\xC3\xA4" + std::string(50'000, 'n');
  const std::string display = R"("initial_device_display_name":")" + name + "\"";
  const Person stranger = server.stranger();
  const ApiAnswer registered =
      stranger.post("/register", R"({"username":"alice","password":"correct horse battery",)"
                                 R"("auth":{"type":"m.login.dummy"},)" +
                                     display + "}");
  const ApiAnswer signed_in = sign_in(server, "," + display);

  for (const ApiAnswer& answer : {registered, signed_in}) {
    REQUIRE(answer.status == 200);
    const auto device = server.scheduler().run(server.composition().accounts().devices.get(
        protocol::UserId::trusted(answer.text("user_id")),
        protocol::DeviceId::trusted(answer.text("device_id"))));
    CHECK(device.display_name == std::string(255, 'n'));
  }
}

std::string made_up_token(int number) {
  std::string digits = std::to_string(number);
  return "chy_" + std::string(43 - digits.size(), 'A') + digits;
}

TEST_CASE("whoever makes tokens up is slowed down, and nobody else at that address") {
  ServerUnderTest server([](server::Config& config) { config.limits.enabled = true; });
  const Person alice = server.register_user("alice");
  REQUIRE(alice.get("/account/whoami").status == 200);
  Person mallory = server.stranger();
  const auto guess = [&](int number) {
    mallory.set_token(made_up_token(number));
    return mallory.get("/account/whoami");
  };
  int unknown = 0;
  ApiAnswer answer;
  for (int i = 0; i < 1'000 && answer.status != 429; ++i) {
    answer = guess(i);
    if (answer.status == 401) ++unknown;
  }

  CHECK(answer.errcode() == "M_LIMIT_EXCEEDED");
  CHECK(unknown >= 100);
  CHECK(unknown <= 300);
  CHECK(alice.get("/account/whoami").status == 200);
}

TEST_CASE("those whose tokens are good pay nothing for their first request") {
  ServerUnderTest server([](server::Config& config) { config.limits.enabled = true; });
  std::vector<Person> people;
  for (int i = 0; i < 250; ++i) people.push_back(server.register_user("p" + std::to_string(i)));
  for (const Person& each : people) CHECK(each.get("/account/whoami").status == 200);
}

TEST_CASE("a token ends with logout, with its device and with the account, for good") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  const Person phone = server.sign_in(alice, "PHONE");
  const Person tablet = server.sign_in(alice, "TABLET");
  REQUIRE(phone.post("/logout").status == 200);
  check_unknown(phone);

  const std::string auth =
      R"({"auth":{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},)"
      R"("password":"correct horse battery"}})";
  REQUIRE(alice.del("/devices/TABLET", auth).status == 200);
  check_unknown(tablet);
  CHECK(alice.get("/account/whoami").status == 200);

  REQUIRE(alice.post("/account/deactivate", auth).status == 200);
  check_unknown(alice);
  CHECK(sign_in(server).status == 403);

  server.restart();
  for (const Person& gone : {alice, phone, tablet}) check_unknown(gone);
  CHECK(sign_in(server).status == 403);
}

TEST_CASE("a sync that waits ends when its token does") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person phone = server.sign_in(alice, "PHONE");
  Pending waiting = phone.begin(http::Method::get, "/sync?timeout=30000&since=" + phone.position());
  server.scheduler().run_ready();

  REQUIRE(phone.post("/logout").status == 200);
  server.settle();

  REQUIRE(waiting.is_answered());
  check_unknown(phone);
}

TEST_CASE(
    "the token of another server's making, or of another person, opens nothing of one's own") {
  ServerUnderTest server;
  ServerUnderTest elsewhere({}, 3);
  const Person alice = server.register_user("alice");
  static_cast<void>(elsewhere.register_user("somebody"));
  const Person foreign = elsewhere.register_user("alice");
  Person mallory = server.stranger();
  mallory.set_token(foreign.token());
  check_unknown(mallory);

  const Person bob = server.register_user("bob");
  for (const char* target :
       {"/user/@alice:x/account_data/m.test", "/user/@alice:x/filter/x",
        "/user/@alice:x/rooms/!r:x/tags", "/user/@alice:x/rooms/!r:x/account_data/m.test"}) {
    CAPTURE(target);
    const ApiAnswer answer = bob.get(target);
    CHECK(answer.status == 403);
    CHECK(answer.errcode() == "M_FORBIDDEN");
  }
}

TEST_CASE("what is at hand of a token is gone as soon as its session or its standing is another") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice", kPassword);
  const Person phone = server.sign_in(alice, "PHONE");
  accounts::Sessions& sessions = server.composition().accounts().sessions;
  const auto is_at_hand = [&](const Person& person) {
    const auto verdict = sessions.find_at_hand(accounts::ShownToken(person.token()));
    return verdict && std::holds_alternative<accounts::SeenSession>(*verdict);
  };
  const auto use_both = [&] {
    for (const Person& each : {alice, phone}) each.get("/account/whoami");
  };
  use_both();
  REQUIRE(is_at_hand(alice));
  REQUIRE(is_at_hand(phone));

  REQUIRE(phone.post("/logout").status == 200);
  CHECK_FALSE(is_at_hand(phone));
  CHECK(is_at_hand(alice));

  storage::Change lock;
  lock.mutations.emplace_back(
      storage::SetAccountStanding{protocol::UserId::trusted(alice.id()), {.locked = true}});
  server.scheduler().run(server.composition().accounts().commits.keep_house(std::move(lock)));
  CHECK_FALSE(is_at_hand(alice));
  CHECK(alice.get("/account/whoami").errcode() == "M_USER_LOCKED");
  CHECK_FALSE(is_at_hand(alice));
}

TEST_CASE("nothing is asked of the store for a token that is not spelt as ours") {
  ServerUnderTest server;
  accounts::Sessions& sessions = server.composition().accounts().sessions;
  const auto look = [&](const std::string& token) {
    return sessions.find_at_hand(accounts::ShownToken(token));
  };

  for (const std::string& token : {std::string("x"), std::string("chy_"), made_up_token(1) + "x"}) {
    CAPTURE(token);
    const auto verdict = look(token);
    REQUIRE(verdict);
    CHECK(std::holds_alternative<accounts::UnknownToken>(*verdict));
  }
  CHECK_FALSE(look(made_up_token(1)));
}

TEST_CASE("a request whose session ended after its token was looked at waits for nothing") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const Person tablet = server.sign_in(alice, "TABLET");
  accounts::Sessions& sessions = server.composition().accounts().sessions;
  const auto look_at = [&](const Person& person) {
    return std::get<accounts::SeenSession>(server.scheduler().run(
        sessions.check_credential({.token = accounts::ShownToken(person.token())})));
  };
  for (const bool is_cached : {false, true}) {
    CAPTURE(is_cached);
    if (is_cached) REQUIRE(tablet.get("/account/whoami").status == 200);
    const accounts::SeenSession seen = look_at(tablet);
    CHECK_FALSE(sessions.watch(seen)->has_ended());
  }
  const accounts::SeenSession tablets = look_at(tablet);
  const accounts::SeenSession own = look_at(alice);
  REQUIRE(tablet.post("/logout").status == 200);

  CHECK(sessions.watch(tablets)->has_ended());
  CHECK_FALSE(sessions.watch(own)->has_ended());
}

}  // namespace
}  // namespace chancery::scenario
