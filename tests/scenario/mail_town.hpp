// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// A server under test that sends mail, and what people do with addresses there.

#include "tests/scenario/passwords.hpp"
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>

namespace chancery::scenario {

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

}  // namespace chancery::scenario
