// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "base/base64.hpp"
#include "base/digest.hpp"
#include "tests/support/account_world.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::client {
namespace {

using support::AccountWorld;
using support::ApiAnswer;
using support::ApiClient;

constexpr const char* kRegister = "/_matrix/client/v3/register";

std::string body_with(const std::string& username, const std::string& rest) {
  return R"({"username":")" + username + R"(","password":"correct horse battery")" + rest + "}";
}

std::string dummy(const std::string& username) {
  return body_with(username, R"(,"auth":{"type":"m.login.dummy"})");
}

AccountWorld::Options with_mode(accounts::RegistrationMode mode) {
  AccountWorld::Options options;
  options.registration.mode = mode;
  return options;
}

TEST_CASE("registration is closed unless the configuration opens it") {
  AccountWorld::Options options;
  options.registration = {};
  AccountWorld world(options);
  ApiClient client = world.client();

  CHECK(client.post(kRegister, dummy("alice")).errcode() == "M_FORBIDDEN");
  CHECK(client.get("/_matrix/client/v3/register/available?username=alice").status == 403);
}

TEST_CASE("a request without proof is told the flows, and no error code") {
  AccountWorld world;
  const ApiAnswer answer = world.client().post(kRegister, "{}");

  CHECK(answer.status == 401);
  CHECK(answer.object().contains("flows"));
  CHECK_FALSE(answer.text("session").empty());
  CHECK_FALSE(answer.object().contains("errcode"));
}

TEST_CASE("the dummy stage may come in the first request, and signs in at once") {
  AccountWorld world;
  ApiClient client = world.client();
  const ApiAnswer answer =
      client.post(kRegister, body_with("Alice", R"(,"auth":{"type":"m.login.dummy"},)"
                                                R"("device_id":"PHONE")"));

  REQUIRE(answer.status == 200);
  CHECK(answer.text("user_id") == "@alice:x");
  CHECK(answer.text("device_id") == "PHONE");
  client.set_token(answer.text("access_token"));
  CHECK(client.get("/_matrix/client/v3/account/whoami").text("user_id") == "@alice:x");
}

TEST_CASE("a client that says null of a session begins one") {
  AccountWorld world;
  ApiClient client = world.client();

  CHECK(client.post(kRegister, body_with("bob", R"(,"auth":{"type":"m.login.dummy","session":7})"))
            .errcode() == "M_BAD_JSON");
  CHECK(
      client
          .post(kRegister, body_with("alice", R"(,"auth":{"type":"m.login.dummy","session":null})"))
          .status == 200);
}

TEST_CASE("a session that was begun is gone on with") {
  AccountWorld world;
  ApiClient client = world.client();
  const std::string session = client.post(kRegister, body_with("bob", "")).text("session");
  const ApiAnswer answer = client.post(
      kRegister,
      body_with("bob", R"(,"auth":{"type":"m.login.dummy","session":")" + session + "\"}"));

  CHECK(answer.status == 200);
}

TEST_CASE("with inhibit_login there is an account and no session") {
  AccountWorld world;
  const ApiAnswer answer = world.client().post(
      kRegister, body_with("carol", R"(,"auth":{"type":"m.login.dummy"},"inhibit_login":true)"));

  CHECK(answer.status == 200);
  CHECK(answer.text("user_id") == "@carol:x");
  CHECK_FALSE(answer.object().contains("access_token"));
}

TEST_CASE("a name is given once, even after its account has ended") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  CHECK(world.client().post(kRegister, dummy("alice")).errcode() == "M_USER_IN_USE");
  const ApiAnswer ended = alice.post(
      "/_matrix/client/v3/account/deactivate",
      R"({"auth":{"type":"m.login.password","user":"alice","password":"correct horse battery"}})");
  REQUIRE(ended.status == 200);

  CHECK(world.client().post(kRegister, dummy("alice")).errcode() == "M_USER_IN_USE");
  CHECK(world.client().get("/_matrix/client/v3/register/available?username=alice").errcode() ==
        "M_USER_IN_USE");
}

TEST_CASE("names that may not be had are refused") {
  AccountWorld world;
  ApiClient client = world.client();
  for (const std::string name : {"with space", "ume\u00e4", "a:b", "12345", "@eve:elsewhere", ""}) {
    CAPTURE(name);
    CHECK(client.post(kRegister, dummy(name)).errcode() == "M_INVALID_USERNAME");
  }
  CHECK(client.post(kRegister, dummy(std::string(255, 'a'))).errcode() == "M_INVALID_USERNAME");
  CHECK(client.post(kRegister, dummy("a.b_c=d-e/f+1")).status == 200);
}

TEST_CASE("who gives no name gets one") {
  AccountWorld world;
  const ApiAnswer answer = world.client().post(
      kRegister, R"({"password":"correct horse battery","auth":{"type":"m.login.dummy"}})");
  CHECK(answer.status == 200);
  CHECK(answer.text("user_id").ends_with(":x"));
}

TEST_CASE("a short password is weak, counted in characters") {
  AccountWorld world;
  ApiClient client = world.client();
  const auto with_password = [](const std::string& password) {
    return R"({"username":"dan","password":")" + password + R"(","auth":{"type":"m.login.dummy"}})";
  };
  CHECK(client.post(kRegister, with_password("fourteen chars")).errcode() == "M_WEAK_PASSWORD");
  // Fourteen characters of two bytes.
  std::string umlauts;
  for (int i = 0; i < 14; ++i) umlauts += "\u00fc";
  CHECK(client.post(kRegister, with_password(umlauts)).errcode() == "M_WEAK_PASSWORD");
  CHECK(client.post(kRegister, with_password(umlauts + "\u00fc")).status == 200);
  CHECK(client.post(kRegister, with_password(std::string(513, 'x'))).status == 400);
}

TEST_CASE("guests are turned away unless they are let in") {
  AccountWorld closed;
  CHECK(closed.client().post("/_matrix/client/v3/register?kind=guest").errcode() ==
        "M_GUEST_ACCESS_FORBIDDEN");

  AccountWorld::Options options;
  options.registration.guests = accounts::RegistrationRules::Allowed::yes;
  AccountWorld open(options);
  ApiClient guest = open.client();
  const ApiAnswer answer = guest.post("/_matrix/client/v3/register?kind=guest");
  REQUIRE(answer.status == 200);
  guest.set_token(answer.text("access_token"));
  CHECK(guest.get("/_matrix/client/v3/account/whoami").object().at("is_guest").as_bool());
  CHECK(guest.post("/_matrix/client/v3/account/password").errcode() == "M_GUEST_ACCESS_FORBIDDEN");
  const ApiAnswer told = guest.get("/_matrix/client/v3/capabilities");
  const base::JsonObject& capabilities = told.object().at("capabilities").as_object();
  for (const char* closed_to_them :
       {"m.change_password", "m.set_avatar_url", "m.3pid_changes", "m.get_login_token"}) {
    CAPTURE(closed_to_them);
    CHECK_FALSE(capabilities.at(closed_to_them).at("enabled").as_bool());
  }
  CHECK(base::to_text(capabilities.at("m.profile_fields")) ==
        R"({"enabled":true,"allowed":["displayname"]})");
}

TEST_CASE("where a token is asked for, the dummy stage lets nobody in") {
  AccountWorld world(with_mode(accounts::RegistrationMode::token));
  const ApiAnswer answer = world.client().post(kRegister, dummy("alice"));

  CHECK(answer.status == 401);
  CHECK(answer.errcode() == "M_UNRECOGNIZED");
}

TEST_CASE("a registration token lets in as often as it says") {
  AccountWorld world(with_mode(accounts::RegistrationMode::token));
  world.run(world.registration_tokens().create("server", {.token = "once", .uses_allowed = 1}));
  ApiClient client = world.client();
  constexpr const char* kValidity =
      "/_matrix/client/v1/register/m.login.registration_token/validity?token=once";
  const auto with_token = [](const std::string& name, const std::string& token) {
    return body_with(name,
                     R"(,"auth":{"type":"m.login.registration_token","token":")" + token + "\"}");
  };
  CHECK(client.get(kValidity).body == R"({"valid":true})");
  CHECK(client.post(kRegister, with_token("alice", "wrong")).errcode() == "M_UNAUTHORIZED");
  CHECK(client.post(kRegister, with_token("alice", "once")).status == 200);

  CHECK(client.get(kValidity).body == R"({"valid":false})");
  CHECK(client.post(kRegister, with_token("bob", "once")).status == 401);
}

TEST_CASE("a token that someone shows is set aside until they give up") {
  AccountWorld world(with_mode(accounts::RegistrationMode::token));
  world.run(world.registration_tokens().create("server", {.token = "once", .uses_allowed = 1}));
  ApiClient client = world.client();
  // Without a password nothing comes of it, yet the stage is gone through.
  const ApiAnswer answer =
      client.post(kRegister, R"({"auth":{"type":"m.login.registration_token","token":"once"}})");
  CHECK(answer.errcode() == "M_MISSING_PARAM");
  CHECK(world.registration_tokens().pending("once") == 1);

  world.scheduler().advance(std::chrono::minutes(16));
  client.post(kRegister, "{}");  // old sessions are looked at when a new one begins
  CHECK(world.registration_tokens().pending("once") == 0);
}

TEST_CASE("an expired registration token is not good") {
  AccountWorld world(with_mode(accounts::RegistrationMode::token));
  const base::Timestamp soon = world.scheduler().clock().now() + std::chrono::minutes(1);
  world.run(world.registration_tokens().create("server", {.token = "soon", .expires_at = soon}));
  CHECK(world.run(world.registration_tokens().is_valid("soon")));
  world.scheduler().advance(std::chrono::minutes(2));
  CHECK_FALSE(world.run(world.registration_tokens().is_valid("soon")));
}

TEST_CASE("of a registration token little stands on record, and of a short one nothing") {
  AccountWorld world;
  accounts::RegistrationTokens& tokens = world.registration_tokens();
  for (const char* token : {"ab", "abcd", "abcdef", "abcdefghijklmnopqrstuvwxyz"}) {
    auto made = world.run(tokens.create("@owner:x", {.token = token}));
    world.run(tokens.change("@owner:x", made));
    world.run(tokens.remove("@owner:x", token));
  }
  const std::vector<std::string> shown{"@owner:x ", "@owner:x ", "@owner:x a", "@owner:x abcd"};
  const auto records = world.records();
  CHECK(support::acts_named(records, "registration_token.create") == shown);
  CHECK(support::acts_named(records, "registration_token.change") == shown);
  CHECK(support::acts_named(records, "registration_token.delete") == shown);
}

TEST_CASE("an owner makes, sees, changes and takes back registration tokens; nobody else does") {
  AccountWorld world;
  constexpr const char* kTokens = "/_synapse/admin/v1/registration_tokens";
  ApiClient owner = world.registered("root");
  CHECK(owner.get(kTokens).errcode() == "M_FORBIDDEN");
  world.run(world.accounts().set_role("server", protocol::UserId::trusted("@root:x"),
                                      policy::Role::owner));

  const ApiAnswer made =
      owner.post(std::string(kTokens) + "/new", R"({"token":"spring","uses_allowed":3})");
  REQUIRE(made.status == 200);
  CHECK(made.body == R"({"token":"spring","uses_allowed":3,"pending":0,"completed":0,)"
                     R"("expiry_time":null})");
  CHECK(owner.post(std::string(kTokens) + "/new", R"({"token":"spring"})").status == 400);
  CHECK(owner.post(std::string(kTokens) + "/new", R"({"token":"a b"})").status == 400);
  const ApiAnswer drawn = owner.post(std::string(kTokens) + "/new", R"({"length":7})");
  CHECK(drawn.text("token").size() == 7);
  CHECK(owner.del(std::string(kTokens) + "/" + drawn.text("token")).status == 200);
  for (const char* length : {"0", "-1", "65", "\"7\""}) {
    CAPTURE(length);
    CHECK(owner.post(std::string(kTokens) + "/new", fmt::format(R"({{"length":{}}})", length))
              .status == 400);
  }
  CHECK(owner.get(kTokens).object().at("registration_tokens").as_array().size() == 1);

  const std::string one = std::string(kTokens) + "/spring";
  CHECK(owner.put(one, R"({"uses_allowed":null})").object().at("uses_allowed").is_null());
  CHECK(owner.del(one).status == 200);
  CHECK(owner.get(one).errcode() == "M_NOT_FOUND");
}

std::string shared_secret_body(const std::string& nonce, const std::string& user,
                               const std::string& secret) {
  std::string text = nonce;
  for (const std::string& part : {user, std::string("wonderland"), std::string("admin")}) {
    text += '\0';
    text += part;
  }
  return R"({"nonce":")" + nonce + R"(","username":")" + user +
         R"(","password":"wonderland","admin":true,"mac":")" +
         base::encode_hex(base::hmac_sha1(secret, text)) + "\"}";
}

TEST_CASE("the shared secret makes owners, and a nonce serves once") {
  AccountWorld world;
  ApiClient client = world.client();
  constexpr const char* kPath = "/_synapse/admin/v1/register";
  const std::string nonce = client.get(kPath).text("nonce");
  const ApiAnswer made = client.post(kPath, shared_secret_body(nonce, "Root", "a shared secret"));
  REQUIRE(made.status == 200);
  CHECK(made.text("user_id") == "@root:x");
  const auto account =
      world.run(world.account_store().find_account(protocol::UserId::trusted("@root:x")));
  REQUIRE(account);
  CHECK(account->role == storage::AccountRole::owner);

  CHECK(client.post(kPath, shared_secret_body(nonce, "again", "a shared secret")).status == 400);
}

TEST_CASE("a wrong secret or a late nonce makes nobody") {
  AccountWorld world;
  ApiClient client = world.client();
  constexpr const char* kPath = "/_synapse/admin/v1/register";
  const std::string nonce = client.get(kPath).text("nonce");
  CHECK(client.post(kPath, shared_secret_body(nonce, "root", "another secret")).errcode() ==
        "M_FORBIDDEN");
  const std::string late = client.get(kPath).text("nonce");
  world.scheduler().advance(std::chrono::seconds(61));
  CHECK(client.post(kPath, shared_secret_body(late, "root", "a shared secret")).status == 400);
}

TEST_CASE("without a shared secret there is no such endpoint") {
  AccountWorld::Options options;
  options.shared_secret = "";
  AccountWorld world(options);
  CHECK(world.client().get("/_synapse/admin/v1/register").errcode() == "M_UNRECOGNIZED");
}

TEST_CASE("the set-up link makes one owner and is then used up, and a restart changes nothing") {
  AccountWorld::Options options;
  options.registration = {};
  AccountWorld world(options);
  const std::string token = world.run(world.setup_links().create());
  world.restart();
  ApiClient client = world.client();
  const auto body = [&](const std::string& name) {
    return R"({"token":")" + token + R"(","username":")" + name +
           R"(","password":"correct horse battery"})";
  };
  CHECK(client.post("/_chancery/setup", R"({"token":"no","username":"a","password":"b"})")
            .errcode() == "M_FORBIDDEN");
  const ApiAnswer made = client.post("/_chancery/setup", body("first"));
  REQUIRE(made.status == 200);
  client.set_token(made.text("access_token"));
  CHECK(client.get("/_matrix/client/v3/admin/whois/@first:x").status == 200);

  CHECK(client.post("/_chancery/setup", body("second")).errcode() == "M_FORBIDDEN");
}

TEST_CASE("a set-up link is good for a day") {
  AccountWorld world;
  const std::string token = world.run(world.setup_links().create());
  world.scheduler().advance(std::chrono::hours(25));
  CHECK_FALSE(world.run(world.setup_links().is_valid(token)));
}

}  // namespace
}  // namespace chancery::client
