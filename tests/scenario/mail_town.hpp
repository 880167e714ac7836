// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A server with a mail server beside it, where people prove that addresses are theirs.
#include "tests/scenario/server_under_test.hpp"

#include <fmt/core.h>

#include <string>

namespace chancery::scenario {

inline constexpr const char* kPassword = "correct horse battery";
inline constexpr const char* kNewPassword = "another horse, another battery";

class MailTown {
 public:
  explicit MailTown(const ServerUnderTest::Configure& configure = {})
      : server([&](server::Config& config) {
          config.server.public_url = "https://x.example";
          config.mail.server = "mail.x.example";
          config.mail.from = "server@x.example";
          if (configure) configure(config);
        }) {
    server.start_telling_others();
  }

  // Several commits follow one another before a mail has left.
  void settle() {
    for (int i = 0; i < 4; ++i) server.settle();
  }
  ApiAnswer request(const std::string& path, const std::string& address, int attempt = 1,
                    const std::string& secret = "secret", const std::string& more = "") {
    const ApiAnswer answer = server.stranger().post(
        path + "/email/requestToken",
        fmt::format(R"({{"email":"{}","client_secret":"{}","send_attempt":{}{}}})", address, secret,
                    attempt, more));
    settle();
    return answer;
  }
  ApiAnswer confirm(const std::string& token) {
    return server.stranger().post("/_chancery/confirm_address", R"({"token":")" + token + "\"}");
  }
  static std::string credentials(const std::string& session, const std::string& secret = "secret") {
    return fmt::format(R"({{"sid":"{}","client_secret":"{}"}})", session, secret);
  }
  ApiAnswer add(const Person& who, const std::string& session,
                const std::string& secret = "secret") {
    return who.post("/account/3pid/add", fmt::format(R"({{"sid":"{}","client_secret":"{}","auth":{{
                        "type":"m.login.password","password":"{}",
                        "identifier":{{"type":"m.id.user","user":"{}"}}}}}})",
                                                     session, secret, kPassword, who.id()));
  }
  // `who` adds `address`, all the way.
  void own(const Person& who, const std::string& address) {
    const std::string session = request("/account/3pid", address, 1, "own").text("sid");
    REQUIRE(confirm(server.mail().token()).status == 200);
    REQUIRE(add(who, session, "own").status == 200);
    server.mail().forget();
  }
  ApiAnswer reset(const std::string& session, const std::string& secret = "secret",
                  const std::string& more = "") {
    return server.stranger().post(
        "/account/password",
        fmt::format(R"({{"new_password":"{}","auth":{{"type":"m.login.email.identity",
                        "threepid_creds":{}}}{}}})",
                    kNewPassword, credentials(session, secret), more));
  }
  unsigned sign_in(const std::string& identifier, const std::string& password) {
    return server.stranger()
        .post("/login", fmt::format(R"({{"type":"m.login.password","identifier":{},
                                      "password":"{}"}})",
                                    identifier, password))
        .status;
  }

  ServerUnderTest server;
};

const char* const kByAddress =
    R"({"type":"m.id.thirdparty","medium":"email","address":"ALICE@example.org"})";

TEST_CASE(
    "an address is confirmed by a mail's button, added with the password, and good to sign in") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  const ApiAnswer asked = town.request("/account/3pid", "Alice@Example.ORG");
  REQUIRE(asked.status == 200);
  const std::string session = asked.text("sid");
  REQUIRE(town.server.mail().letters().size() == 1);
  CHECK(town.server.mail().letters().front().to.text() == "alice@example.org");

  CHECK(town.add(alice, session).errcode() == "M_THREEPID_AUTH_FAILED");
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  CHECK(town.add(alice, session, "guess").errcode() == "M_THREEPID_AUTH_FAILED");
  CHECK(alice.post("/account/3pid/add", MailTown::credentials(session)).status == 401);
  REQUIRE(town.add(alice, session).status == 200);
  CHECK(town.add(alice, session).errcode() == "M_THREEPID_AUTH_FAILED");

  const ApiAnswer listed = alice.get("/account/3pid");
  CHECK(text_at(listed.json, "/threepids/0/address") == "alice@example.org");
  CHECK(text_at(listed.json, "/threepids/0/medium") == "email");
  CHECK(
      find_at(alice.get("/capabilities").json, "/capabilities/m.3pid_changes/enabled")->as_bool());
  CHECK(town.sign_in(kByAddress, kPassword) == 200);
  CHECK(town.sign_in(kByAddress, "wrong password it is") == 403);

  REQUIRE(alice.post("/account/3pid/delete", R"({"medium":"email","address":"alice@example.org"})")
              .status == 200);
  CHECK(alice.get("/account/3pid").body == R"({"threepids":[]})");
  CHECK(town.sign_in(kByAddress, kPassword) == 403);
}

}  // namespace chancery::scenario
