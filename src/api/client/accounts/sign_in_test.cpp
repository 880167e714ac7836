// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"
#include "protocol/api_error.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/account_world.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>
#include <string_view>

namespace chancery::client {
namespace {

using support::AccountWorld;
using support::ApiAnswer;
using support::ApiClient;

constexpr const char* kWhoAmI = "/_matrix/client/v3/account/whoami";

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

TEST_CASE("one signs in by localpart, by user id, in any case of letters, and the old way") {
  AccountWorld world;
  world.registered("alice");
  CHECK(world.sign_in("alice").status == 200);
  CHECK(world.sign_in("@alice:x").status == 200);
  CHECK(world.sign_in("@AlIcE:x").text("user_id") == "@alice:x");
  const ApiAnswer deprecated = world.client().post(
      "/_matrix/client/r0/login",
      R"({"type":"m.login.password","user":"alice","password":"correct horse battery"})");
  CHECK(deprecated.status == 200);
}

TEST_CASE("a wrong name and a wrong password look the same") {
  AccountWorld world;
  world.registered("alice");
  const ApiAnswer password = world.sign_in("alice", "incorrect horse battery");
  const ApiAnswer name = world.sign_in("nobody");
  const ApiAnswer elsewhere = world.sign_in("@alice:elsewhere");

  CHECK(password.status == 403);
  CHECK(password.body == name.body);
  CHECK(password.body == elsewhere.body);
}

TEST_CASE("a sign-in that failed is logged with where it came from, and not with what was typed") {
  static std::string logged;
  logged.clear();
  AccountWorld world;
  world.registered("alice");
  base::capture_log([](std::string_view line) { logged += std::string(line) + "\n"; });
  world.sign_in("alice", "incorrect horse battery", "", "198.51.100.7");
  world.sign_in("my secret by mistake", "x", "", "198.51.100.8");
  base::capture_log(nullptr);

  CHECK(logged.find(" address=198.51.100.7") != std::string::npos);
  CHECK(logged.find(" address=198.51.100.8") != std::string::npos);
  // By its id the line is found that says which request it was.
  const std::size_t at = logged.find("sign_in_failed  request=r");
  REQUIRE(at != std::string::npos);
  CHECK(logged[at + 25] >= '1');
  CHECK(logged[at + 25] <= '9');
  for (const char* typed : {"alice", "horse", "secret"}) {
    CHECK(logged.find(typed) == std::string::npos);
  }
}

TEST_CASE("malformed sign-ins are refused") {
  AccountWorld world;
  ApiClient client = world.client();
  constexpr const char* kLogin = "/_matrix/client/v3/login";
  CHECK(client.post(kLogin, "").errcode() == "M_NOT_JSON");
  CHECK(client.post(kLogin, "[]").errcode() == "M_BAD_JSON");
  CHECK(client.post(kLogin, "{}").errcode() == "M_MISSING_PARAM");
  CHECK(client.post(kLogin, R"({"type":"m.login.cas","token":"x"})").errcode() == "M_UNKNOWN");
  // No tokens of somebody else's making: signed by nobody, or by whom nobody trusts.
  for (const char* type : {"org.matrix.login.jwt", "m.login.jwt"}) {
    const ApiAnswer refused = client.post(
        kLogin,
        fmt::format(R"({{"type":"{}","token":"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."}})", type));
    CHECK(refused.status == 400);
    CHECK(refused.errcode() == "M_UNKNOWN");
    CHECK(client.get(kLogin).body.find("jwt") == std::string::npos);
  }
  CHECK(client.post(kLogin, R"({"type":"m.login.token","token":"x"})").errcode() == "M_FORBIDDEN");
  CHECK(client.post(kLogin, R"({"type":"m.login.token"})").errcode() == "M_MISSING_PARAM");
  CHECK(client.post(kLogin, R"({"type":"m.login.password","user":7,"password":"x"})").errcode() ==
        "M_BAD_JSON");
  CHECK(client
            .post(kLogin, R"({"type":"m.login.password","user":"a","password":"b",)"
                          R"("device_id":""})")
            .errcode() == "M_INVALID_PARAM");
}

TEST_CASE("after some wrong passwords one has to wait, longer each time") {
  AccountWorld world;
  world.registered("alice");
  for (int i = 0; i < 5; ++i) CHECK(world.sign_in("alice", "wrong").status == 403);
  const ApiAnswer limited = world.sign_in("alice");
  CHECK(limited.errcode() == "M_LIMIT_EXCEEDED");
  CHECK(limited.object().at("retry_after_ms").as_int64() <= 1'000);

  world.scheduler().advance(std::chrono::seconds(2));
  CHECK(world.sign_in("alice", "wrong").status == 403);
  CHECK(world.sign_in("alice").object().at("retry_after_ms").as_int64() > 1'000);
  world.scheduler().advance(std::chrono::seconds(3));
  CHECK(world.sign_in("alice").status == 200);
}

TEST_CASE("strangers who try passwords lock nobody out where they have been signed in") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  alice.set_address("198.51.100.7");
  CHECK(alice.get(kWhoAmI).status == 200);  // seen there

  // From many addresses, so that none of them has to wait for itself.
  for (int i = 0; i < 60; ++i) {
    world.sign_in("alice", "a guess that is wrong", "", fmt::format("203.0.113.{}", i));
  }

  const auto from = [&world](const std::string& address) {
    return world.sign_in("alice", AccountWorld::kPassword, "", address);
  };
  CHECK(from("203.0.113.200").errcode() == "M_LIMIT_EXCEEDED");
  CHECK(from("198.51.100.7").status == 200);
  world.restart();
  CHECK(from("198.51.100.7").status == 200);
}

TEST_CASE("whoever mistypes at home waits there, and nowhere else") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  CHECK(alice.get(kWhoAmI).status == 200);
  for (int i = 0; i < 5; ++i) CHECK(world.sign_in("alice", "a guess that is wrong").status == 403);

  CHECK(world.sign_in("alice").errcode() == "M_LIMIT_EXCEEDED");
  CHECK(world.sign_in("bob").errcode() == "M_FORBIDDEN");  // another name, same address
  CHECK(world.sign_in("alice", AccountWorld::kPassword, "", "198.51.100.7").status == 200);
}

TEST_CASE("one address that tries many names has to wait in the end") {
  AccountWorld world;
  for (int i = 0; i < 50; ++i) world.sign_in(fmt::format("name{}", i), "a guess that is wrong");

  CHECK(world.sign_in("somebody-else").errcode() == "M_LIMIT_EXCEEDED");
}

runtime::Task<> guess(accounts::SignIn& sign_in, std::string password, int& refused) {
  try {
    static_cast<void>(co_await sign_in.prove(
        {.user = "alice", .password = std::move(password), .address = "192.0.2.9"}));
  } catch (const protocol::ApiError&) {  // counted by the test
    ++refused;
  }
}

TEST_CASE("of many guesses at once no more are looked at than of those one after the other") {
  AccountWorld world;
  world.registered("alice");
  const std::uint64_t before = world.passwords().checks();
  int refused = 0;
  runtime::TaskGroup guesses("guesses");
  for (int i = 0; i < 60; ++i) {
    guesses.spawn_on(world.scheduler(),
                     guess(world.signing_in(), fmt::format("a wrong guess {}", i), refused));
  }
  world.run(guesses.join());

  CHECK(refused == 60);
  CHECK(world.passwords().checks() - before == 5);
}

TEST_CASE("those who sign in at once, and are right, are all let in") {
  AccountWorld world;
  world.registered("alice");
  int refused = 0;
  runtime::TaskGroup guesses("guesses");
  for (int i = 0; i < 5; ++i) {
    guesses.spawn_on(world.scheduler(),
                     guess(world.signing_in(), std::string(AccountWorld::kPassword), refused));
  }
  world.run(guesses.join());

  CHECK(refused == 0);
  for (int i = 0; i < 5; ++i) CHECK(world.sign_in("alice").status == 200);
}

TEST_CASE("every refusal of a password costs one hash, whoever is named") {
  AccountWorld world;
  world.registered("alice");
  ApiClient carol = world.registered("carol");
  const auto dave = protocol::UserId::trusted("@dave:x");
  world.registered("dave");
  world.run(world.accounts().set_locked("server", dave, accounts::Accounts::Locked::yes));
  REQUIRE(carol
              .post("/_matrix/client/v3/account/deactivate",
                    R"({"auth":{"type":"m.login.password","user":"carol",)"
                    R"("password":"correct horse battery"}})")
              .status == 200);

  for (const char* name : {"alice", "ALICE", "@alice:x", "nobody", "@nobody:x", "carol", "dave",
                           "@alice:elsewhere", "not a name", "@", ""}) {
    CAPTURE(name);
    const std::uint64_t before = world.passwords().checks();
    CHECK(world.sign_in(name, "a guess that is wrong", "", name).status == 403);
    CHECK(world.passwords().checks() - before == 1);
  }
}

TEST_CASE("a locked account keeps its tokens, and nobody signs in to it") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  const auto user = protocol::UserId::trusted("@alice:x");
  CHECK(alice.get(kWhoAmI).status == 200);
  world.run(world.accounts().set_locked("server", user, accounts::Accounts::Locked::yes));

  const ApiAnswer refused = alice.get(kWhoAmI);
  CHECK(refused.errcode() == "M_USER_LOCKED");
  CHECK(refused.object().at("soft_logout").as_bool());
  CHECK(world.sign_in("alice").errcode() == "M_USER_LOCKED");

  world.run(world.accounts().set_locked("server", user, accounts::Accounts::Locked::no));
  CHECK(alice.get(kWhoAmI).status == 200);
}

TEST_CASE("a deactivated account is refused on every way in") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  const std::string refresh =
      world.sign_in("alice", AccountWorld::kPassword, R"(,"refresh_token":true)")
          .text("refresh_token");
  const ApiAnswer ended =
      alice.post("/_matrix/client/v3/account/deactivate",
                 R"({"erase":true,"auth":{"type":"m.login.password","user":"alice",)"
                 R"("password":"correct horse battery"}})");
  REQUIRE(ended.status == 200);

  CHECK(alice.get(kWhoAmI).errcode() == "M_UNKNOWN_TOKEN");
  CHECK(world.sign_in("alice").status == 403);
  CHECK(world.client()
            .post("/_matrix/client/v3/refresh", R"({"refresh_token":)" + quoted(refresh) + "}")
            .errcode() == "M_UNKNOWN_TOKEN");
  CHECK(world.client().get("/_matrix/client/v3/profile/@alice:x").status == 404);
  CHECK(world.rooms().left == std::vector<std::string>{"@alice:x"});
}

TEST_CASE("a device id that is used again replaces the tokens of that device alone") {
  AccountWorld world;
  ApiClient first = world.registered("alice");
  ApiClient phone = world.client();
  phone.set_token(world.sign_in("alice", AccountWorld::kPassword, R"(,"device_id":"PHONE")")
                      .text("access_token"));
  CHECK(phone.get(kWhoAmI).text("device_id") == "PHONE");
  const ApiAnswer again =
      world.sign_in("alice", AccountWorld::kPassword, R"(,"device_id":"PHONE")");
  CHECK(again.text("device_id") == "PHONE");

  CHECK(phone.get(kWhoAmI).errcode() == "M_UNKNOWN_TOKEN");
  CHECK(first.get(kWhoAmI).status == 200);
}

TEST_CASE("a token ends with the logout of its device") {
  AccountWorld world;
  ApiClient one = world.registered("alice");
  ApiClient other = world.client();
  other.set_token(world.sign_in("alice").text("access_token"));
  CHECK(one.get(kWhoAmI).status == 200);
  CHECK(one.post("/_matrix/client/v3/logout").status == 200);

  CHECK(one.get(kWhoAmI).errcode() == "M_UNKNOWN_TOKEN");
  CHECK(other.get(kWhoAmI).status == 200);
  CHECK(other.post("/_matrix/client/v3/logout/all").status == 200);
  CHECK(other.get(kWhoAmI).status == 401);
}

TEST_CASE("wrong, missing and foreign tokens are refused with their codes") {
  AccountWorld world;
  ApiClient client = world.client();
  CHECK(client.get(kWhoAmI).errcode() == "M_MISSING_TOKEN");
  for (const std::string token :
       {"x", "chy_", "chy_0000000000000000000000000000000000000000000", "syt_YWxpY2U_abc_123"}) {
    client.set_token(token);
    CHECK(client.get(kWhoAmI).errcode() == "M_UNKNOWN_TOKEN");
  }
}

TEST_CASE("tokens and sessions survive a restart") {
  AccountWorld world;
  world.registered("alice");
  const std::string token = world.sign_in("alice").text("access_token");
  world.restart();
  ApiClient client = world.client();
  client.set_token(token);
  CHECK(client.get(kWhoAmI).text("user_id") == "@alice:x");
}

struct Refreshing {
  explicit Refreshing(AccountWorld& at) : world(at), client(at.client()) {
    world.registered("alice");
    const ApiAnswer answer =
        world.sign_in("alice", AccountWorld::kPassword, R"(,"refresh_token":true)");
    access = answer.text("access_token");
    refresh = answer.text("refresh_token");
  }
  ApiAnswer use(const std::string& token) {
    client.set_token("");
    return client.post("/_matrix/client/v3/refresh", R"({"refresh_token":)" + quoted(token) + "}");
  }
  unsigned who(const std::string& token) {
    client.set_token(token);
    return client.get(kWhoAmI).status;
  }
  AccountWorld& world;
  ApiClient client;
  std::string access;
  std::string refresh;
};

TEST_CASE("an access token beside a refresh token expires softly") {
  AccountWorld world;
  Refreshing alice(world);
  CHECK(alice.who(alice.access) == 200);
  world.scheduler().advance(std::chrono::minutes(61));
  const ApiAnswer expired = alice.client.get(kWhoAmI);

  CHECK(expired.errcode() == "M_UNKNOWN_TOKEN");
  CHECK(expired.object().at("soft_logout").as_bool());
  const ApiAnswer renewed = alice.use(alice.refresh);
  CHECK(renewed.status == 200);
  CHECK(renewed.object().at("expires_in_ms").as_int64() == 3'600'000);
  CHECK(alice.who(renewed.text("access_token")) == 200);
}

TEST_CASE("a lost answer to a refresh is given again, and lasts as long as a new one") {
  AccountWorld world;
  Refreshing alice(world);
  const ApiAnswer lost = alice.use(alice.refresh);
  world.scheduler().advance(std::chrono::minutes(90));
  const ApiAnswer second = alice.use(alice.refresh);

  REQUIRE(second.status == 200);
  CHECK(second.text("access_token") == lost.text("access_token"));
  CHECK(second.text("refresh_token") == lost.text("refresh_token"));
  CHECK(second.object().at("expires_in_ms").as_int64() == 3'600'000);
  CHECK(alice.who(second.text("access_token")) == 200);
  world.scheduler().advance(std::chrono::minutes(59));
  CHECK(alice.who(second.text("access_token")) == 200);
  CHECK(alice.use(second.text("refresh_token")).status == 200);
}

TEST_CASE("who refreshes beside another part of the same app is given what that one was given") {
  AccountWorld world;
  Refreshing alice(world);
  const ApiAnswer first = alice.use(alice.refresh);
  CHECK(alice.who(first.text("access_token")) == 200);
  world.scheduler().advance(std::chrono::seconds(20));
  const ApiAnswer second = alice.use(alice.refresh);

  REQUIRE(second.status == 200);
  CHECK(second.text("access_token") == first.text("access_token"));
  CHECK(second.text("refresh_token") == first.text("refresh_token"));
  CHECK(second.object().at("expires_in_ms").as_int64() == 3'580'000);
  CHECK(alice.who(second.text("access_token")) == 200);
}

TEST_CASE("a refresh token serves no more a while after its successor was used") {
  AccountWorld world;
  Refreshing alice(world);
  const ApiAnswer first = alice.use(alice.refresh);
  CHECK(alice.who(first.text("access_token")) == 200);
  world.scheduler().advance(std::chrono::seconds(31));

  CHECK(alice.use(alice.refresh).errcode() == "M_UNKNOWN_TOKEN");
  CHECK(alice.who(first.text("access_token")) == 200);
}

TEST_CASE("using the new refresh token ends the old one too") {
  AccountWorld world;
  Refreshing alice(world);
  const std::string second = alice.use(alice.refresh).text("refresh_token");
  CHECK(alice.use(second).status == 200);
  world.scheduler().advance(std::chrono::seconds(31));
  CHECK(alice.use(alice.refresh).status == 401);
}

TEST_CASE("what is used for a refresh must be a refresh token") {
  AccountWorld world;
  Refreshing alice(world);
  CHECK(alice.use(alice.access).errcode() == "M_UNKNOWN_TOKEN");
  CHECK(alice.use("").errcode() == "M_UNKNOWN_TOKEN");
  CHECK(alice.who(alice.refresh) == 401);
}

}  // namespace
}  // namespace chancery::client
