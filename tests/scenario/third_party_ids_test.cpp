// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/mail_town.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace chancery::scenario {
namespace {

using namespace std::chrono_literals;

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

TEST_CASE("an address belongs to one account, and nobody learns whether it does") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  const Person mallory = town.server.register_user("mallory", kPassword);
  town.own(alice, "alice@example.org");

  for (const char* path : {"/account/3pid", "/register"}) {
    const ApiAnswer known = town.request(path, "alice@example.org", 1, "m");
    const ApiAnswer unknown = town.request(path, "nobody@example.org", 1, "m");
    CHECK(known.status == unknown.status);
    CHECK(known.object().size() == unknown.object().size());
    CHECK(known.text("sid").size() == unknown.text("sid").size());
    REQUIRE(town.server.mail().letters().size() == 2);
    // The mailbox alone is told, and there is no link for the one who asked.
    CHECK(town.server.mail().letters().front().message.find("token") == std::string::npos);
    CHECK(town.server.mail().letters().back().message.find("token") != std::string::npos);
    town.server.mail().forget();
  }
  const ApiAnswer not_theirs =
      mallory.post("/account/3pid/delete", R"({"medium":"email","address":"alice@example.org"})");
  CHECK(not_theirs.errcode() == "M_THREEPID_NOT_FOUND");
  CHECK(not_theirs.text("error") == "This address is not one of yours");
}

TEST_CASE("whoever races for an address comes second") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  const Person bob = town.server.register_user("bob", kPassword);
  const std::string of_alice = town.request("/account/3pid", "a@example.org", 1, "a").text("sid");
  const std::string token_of_alice = town.server.mail().token();
  const std::string of_bob = town.request("/account/3pid", "a@example.org", 1, "b").text("sid");
  REQUIRE(town.confirm(token_of_alice).status == 200);
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  CHECK(town.add(alice, of_alice, "a").status == 200);
  CHECK(town.add(bob, of_bob, "b").errcode() == "M_THREEPID_IN_USE");
}

TEST_CASE("a password is set anew by an address, once, and every device is signed out") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  town.own(alice, "alice@example.org");

  CHECK(town.server.stranger().post("/account/password", R"({"new_password":"x"})").errcode() ==
        "M_WEAK_PASSWORD");
  const ApiAnswer flows = town.server.stranger().post(
      "/account/password", fmt::format(R"({{"new_password":"{}"}})", kNewPassword));
  CHECK(flows.status == 401);
  CHECK(text_at(flows.json, "/flows/0/stages/0") == "m.login.email.identity");

  const std::string session = town.request("/account/password", "alice@example.org").text("sid");
  CHECK(town.reset(session).errcode() == "M_UNAUTHORIZED");
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  CHECK(town.reset(session, "guess").errcode() == "M_UNAUTHORIZED");
  REQUIRE(town.reset(session).status == 200);
  CHECK(town.reset(session).status == 401);
  CHECK(town.sign_in(kByAddress, kNewPassword) == 200);
  CHECK(town.sign_in(kByAddress, kPassword) == 403);
  CHECK(alice.get("/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
}

TEST_CASE("devices stay signed in where the reset says so") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  town.own(alice, "alice@example.org");
  const std::string session = town.request("/account/password", "alice@example.org").text("sid");
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  REQUIRE(town.reset(session, "secret", R"(,"logout_devices":false)").status == 200);
  CHECK(alice.get("/account/whoami").status == 200);
}

TEST_CASE("a proof is good for what it was asked for, and for nothing else") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  town.own(alice, "alice@example.org");
  const std::string session = town.request("/account/3pid", "new@example.org").text("sid");
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  CHECK(town.reset(session).status == 401);
}

TEST_CASE("nobody is written to for a password of an address that nobody has") {
  MailTown town;
  const ApiAnswer asked = town.request("/account/password", "nobody@example.org");
  CHECK(asked.status == 200);
  CHECK(asked.text("sid").size() == 32);
  CHECK(town.server.mail().letters().empty());
}

TEST_CASE("a repeated attempt writes once, a new one again, and the older link ends") {
  MailTown town;
  const std::string session = town.request("/account/3pid", "a@example.org", 1).text("sid");
  const std::string older = town.server.mail().token();
  CHECK(town.request("/account/3pid", "a@example.org", 1).text("sid") == session);
  CHECK(town.server.mail().letters().size() == 1);
  CHECK(town.request("/account/3pid", "a@example.org", 2).text("sid") == session);
  REQUIRE(town.server.mail().letters().size() == 2);
  CHECK(town.confirm(older).errcode() == "M_FORBIDDEN");
  CHECK(town.confirm(town.server.mail().token()).status == 200);
}

TEST_CASE("one mailbox is not flooded, whoever asks") {
  MailTown town;
  for (int i = 0; i < 5; ++i) {
    CHECK(town.request("/account/3pid", "a@example.org", 1, fmt::format("s{}", i)).status == 200);
  }
  CHECK(town.request("/account/3pid", "a@example.org", 1, "s9").errcode() == "M_LIMIT_EXCEEDED");
  CHECK(town.request("/account/3pid", "b@example.org", 1, "s9").status == 200);
  town.server.scheduler().advance(61min);
  CHECK(town.request("/account/3pid", "a@example.org", 1, "s9").status == 200);
}

TEST_CASE("what would break a mail, or lead astray, is refused") {
  MailTown town;
  const auto error = [&](const std::string& address, const std::string& secret = "secret",
                         const std::string& more = "") {
    return town.request("/account/3pid", address, 1, secret, more).errcode();
  };
  CHECK(error(R"(a@b\r\nBcc: eve@example.org)") == "M_INVALID_PARAM");
  CHECK(error("a b@c") == "M_INVALID_PARAM");
  CHECK(error("a@b,c@d") == "M_INVALID_PARAM");
  CHECK(error("a@b.c", "no spaces allowed") == "M_INVALID_PARAM");
  CHECK(error("a@b.c", "") == "M_INVALID_PARAM");
  CHECK(error("a@b.c", "s", R"_(,"next_link":"javascript:alert(1)")_") == "M_INVALID_PARAM");
  CHECK(error("a@b.c", "s", R"(,"next_link":"http://x.example/")") == "M_INVALID_PARAM");
  CHECK(error("a@b.c", "s", R"(,"next_link":"https://x.example@evil.example/")") ==
        "M_INVALID_PARAM");
  CHECK(town.server.mail().letters().empty());
  CHECK(error("a@b.c", "s", R"(,"next_link":"https://app.example/#/x")").empty());
  const ApiAnswer confirmed = town.confirm(town.server.mail().token());
  CHECK(confirmed.text("next_link") == "https://app.example/#/x");
}

TEST_CASE("an international address is one, unless the mail server cannot write to it") {
  MailTown town;
  const std::string address = "J\u00D6RG@example.org";
  const ApiAnswer asked = town.request("/account/3pid", address);
  REQUIRE(asked.status == 200);
  CHECK(town.server.mail().letters().back().to.text() == "j\u00F6rg@example.org");
  town.server.mail().refuse_international();
  const ApiAnswer refused = town.request("/account/3pid", address, 2);
  CHECK(refused.status == 400);
  CHECK(refused.errcode() == "M_INVALID_PARAM");
  CHECK(town.request("/account/3pid", "jorg@example.org").status == 200);
}

TEST_CASE("a link ends after its time, that to a password after an hour") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  town.own(alice, "alice@example.org");
  town.request("/account/password", "alice@example.org");
  const std::string for_password = town.server.mail().token();
  town.request("/account/3pid", "new@example.org");
  const std::string for_adding = town.server.mail().token();
  town.server.scheduler().advance(2h);
  CHECK(town.confirm(for_password).errcode() == "M_FORBIDDEN");
  CHECK(town.confirm(for_adding).status == 200);
  CHECK(town.confirm("guess").errcode() == "M_FORBIDDEN");
}

TEST_CASE("registration asks for an address where the operator says so, and the account has it") {
  MailTown town([](server::Config& config) {
    config.registration.mode = server::RegistrationMode::open;
    config.registration.require_email = true;
  });
  const auto register_by = [&](const std::string& auth) {
    return town.server.stranger().post(
        "/register", fmt::format(R"({{"username":"alice","password":"{}"{}}})", kPassword, auth));
  };
  const ApiAnswer flows = register_by("");
  CHECK(flows.status == 401);
  CHECK(text_at(flows.json, "/flows/0/stages/0") == "m.login.email.identity");
  CHECK(register_by(R"(,"auth":{"type":"m.login.dummy"})").status == 401);

  const std::string session = town.request("/register", "alice@example.org").text("sid");
  const std::string auth = fmt::format(
      R"(,"auth":{{"type":"m.login.email.identity","session":"{}","threepid_creds":{}}})",
      flows.text("session"), MailTown::credentials(session));
  CHECK(register_by(auth).status == 401);
  REQUIRE(town.confirm(town.server.mail().token()).status == 200);
  REQUIRE(register_by(auth).status == 200);
  CHECK(town.sign_in(kByAddress, kPassword) == 200);
}

TEST_CASE("of two who register at once by one address, one has an account, and the other none") {
  MailTown town([](server::Config& config) {
    config.registration.mode = server::RegistrationMode::open;
    config.registration.require_email = true;
  });
  std::vector<Pending> under_way;
  std::vector<std::string> bodies;
  for (const std::string name : {"alice", "bob"}) {
    const std::string session =
        town.request("/register", "shared@example.org", 1, name).text("sid");
    REQUIRE(town.confirm(town.server.mail().token()).status == 200);
    bodies.push_back(
        fmt::format(R"({{"username":"{}","password":"{}","auth":{{"type":"m.login.email.identity",)"
                    R"("threepid_creds":{}}}}})",
                    name, kPassword, MailTown::credentials(session, name)));
  }
  for (const std::string& body : bodies) {
    under_way.push_back(town.server.stranger().begin(http::Method::post, "/register", body));
  }
  std::vector<unsigned> statuses;
  for (Pending& one : under_way) {
    const ApiAnswer answer = one.await();
    statuses.push_back(answer.status);
    if (answer.status != 200) CHECK(answer.errcode() == "M_THREEPID_IN_USE");
  }
  CHECK(std::ranges::count(statuses, 200U) == 1);
  // The other's name is free: nothing was made for them.
  unsigned free_names = 0;
  for (const char* name : {"alice", "bob"}) {
    const ApiAnswer free =
        town.server.stranger().get(std::string("/register/available?username=") + name);
    free_names += free.status == 200 ? 1 : 0;
  }
  CHECK(free_names == 1);
}

TEST_CASE("a restart keeps addresses and what is under way") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  town.own(alice, "alice@example.org");
  const std::string session = town.request("/account/3pid", "new@example.org").text("sid");
  const std::string token = town.server.mail().token();
  town.server.restart();
  REQUIRE(town.confirm(token).status == 200);
  CHECK(town.add(alice, session).status == 200);
  CHECK(find_at(alice.get("/account/3pid").json, "/threepids")->as_array().size() == 2);
}

TEST_CASE("who deactivates their account frees their address") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  const Person bob = town.server.register_user("bob", kPassword);
  town.own(alice, "a@example.org");
  REQUIRE(alice
              .post("/account/deactivate",
                    fmt::format(R"({{"auth":{{"type":"m.login.password","password":"{}",
                        "identifier":{{"type":"m.id.user","user":"alice"}}}}}})",
                                kPassword))
              .status == 200);
  town.own(bob, "a@example.org");
  CHECK(text_at(bob.get("/account/3pid").json, "/threepids/0/address") == "a@example.org");
}

TEST_CASE("without a mail server addresses are refused, and telephones always") {
  ServerUnderTest server;
  const Person stranger = server.stranger();
  const auto check_refused = [&](const std::string& path, unsigned status, std::string_view code) {
    CAPTURE(path);
    const ApiAnswer by_mail = stranger.post(
        path + "/email/requestToken", R"({"email":"a@b.c","client_secret":"s","send_attempt":1})");
    CHECK(by_mail.status == status);
    CHECK(by_mail.errcode() == code);
    const ApiAnswer by_telephone = stranger.post(path + "/msisdn/requestToken");
    CHECK(by_telephone.status == status);
    CHECK(by_telephone.errcode() == code);
  };
  check_refused("/register", 403, "M_THREEPID_DENIED");
  check_refused("/account/password", 403, "M_THREEPID_DENIED");
  check_refused("/account/3pid", 400, "M_THREEPID_MEDIUM_NOT_SUPPORTED");
  for (const char* path : {"/register", "/account/password", "/account/3pid"}) {
    CHECK(stranger
              .post(std::string(path) + "/email/requestToken",
                    R"({"email":"a@b.c","client_secret":"s"})")
              .errcode() == "M_MISSING_PARAM");
  }
  const Person alice = server.register_user("alice", kPassword);
  CHECK(alice.get("/account/3pid").body == R"({"threepids":[]})");
  CHECK(alice.post("/account/3pid/add").errcode() == "M_THREEPID_DENIED");
  CHECK(
      !find_at(alice.get("/capabilities").json, "/capabilities/m.3pid_changes/enabled")->as_bool());
  CHECK(
      stranger.post("/account/password", R"({"new_password":"correct horse battery"})").errcode() ==
      "M_MISSING_TOKEN");
}

TEST_CASE("identity servers are told of an address, and told to forget it, where they are listed") {
  MailTown town([](server::Config& config) { config.identity.servers = {"id.example"}; });
  const Person alice = town.server.register_user("alice", kPassword);
  town.own(alice, "alice@example.org");
  const auto bind = [&](const std::string& server) {
    return alice.post("/account/3pid/bind",
                      fmt::format(R"({{"sid":"1","client_secret":"s","id_server":"{}",
                                      "id_access_token":"token"}})",
                                  server));
  };
  CHECK(bind("evil.example").errcode() == "M_SERVER_NOT_TRUSTED");
  CHECK(bind("id.example/..").errcode() == "M_SERVER_NOT_TRUSTED");
  CHECK(town.server.outside().requests().empty());

  town.server.outside().answer_with(200, R"({"medium":"email","address":"alice@example.org"})");
  REQUIRE(bind("id.example").status == 200);
  const http::OutboundRequest bound = town.server.outside().requests().back();
  CHECK(bound.url == "https://id.example/_matrix/identity/v2/3pid/bind");
  CHECK(bound.headers.find("Authorization") == "Bearer token");
  CHECK(bound.chosen_by == http::ChosenBy::others);
  CHECK(bound.body.find("@alice:x") != std::string::npos);

  const ApiAnswer removed =
      alice.post("/account/3pid/delete", R"({"medium":"email","address":"alice@example.org"})");
  CHECK(removed.text("id_server_unbind_result") == "success");
  const http::OutboundRequest unbound = town.server.outside().requests().back();
  CHECK(unbound.url == "https://id.example/_matrix/identity/v2/3pid/unbind");
  CHECK(unbound.headers.find("Authorization")->starts_with("X-Matrix origin=\"x\""));
}

TEST_CASE("an address goes, also where the identity server that knows it is not spoken to") {
  MailTown town(
      [](server::Config& config) { config.identity.servers = {"id.example", "other.example"}; });
  const Person alice = town.server.register_user("alice", kPassword);
  const auto remove = [&](const std::string& more = "") {
    return alice.post("/account/3pid/delete",
                      R"({"medium":"email","address":"alice@example.org")" + more + "}");
  };
  const auto addresses = [&] {
    return find_at(alice.get("/account/3pid").json, "/threepids")->as_array().size();
  };
  const auto bind = [&] {
    town.server.outside().answer_with(200, R"({"medium":"email","address":"alice@example.org"})");
    REQUIRE(alice
                .post("/account/3pid/bind",
                      R"({"sid":"1","client_secret":"s","id_server":"id.example",
                          "id_access_token":"token"})")
                .status == 200);
    town.server.outside().forget_requests();
  };
  const auto outcome = [](const ApiAnswer& answer) {
    return answer.text("id_server_unbind_result");
  };

  // None is known: nobody is asked.
  town.own(alice, "alice@example.org");
  CHECK(outcome(remove()) == "no-support");
  CHECK(town.server.outside().requests().empty());

  // The one that is named, and no other.
  town.own(alice, "alice@example.org");
  bind();
  CHECK(outcome(remove(R"(,"id_server":"other.example")")) == "success");
  REQUIRE(town.server.outside().requests().size() == 1);
  CHECK(town.server.outside().requests().back().url ==
        "https://other.example/_matrix/identity/v2/3pid/unbind");
  // One that nobody allows is not asked, by either way.
  town.own(alice, "alice@example.org");
  town.server.outside().forget_requests();
  CHECK(outcome(remove(R"(,"id_server":"evil.example")")) == "no-support");
  CHECK(alice
            .post("/account/3pid/unbind",
                  R"({"medium":"email","address":"alice@example.org","id_server":"evil.example"})")
            .errcode() == "M_SERVER_NOT_TRUSTED");
  CHECK(town.server.outside().requests().empty());

  // The operator took it from the list after it was told.
  town.own(alice, "alice@example.org");
  bind();
  town.server.config().identity.servers = {"other.example"};
  town.server.restart();
  const ApiAnswer removed = remove();
  CHECK(removed.status == 200);
  CHECK(outcome(removed) == "no-support");
  CHECK(addresses() == 0);
}

TEST_CASE("the older way to add an address refuses what was not confirmed as its words say") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  const std::string session = town.request("/account/3pid", "a@example.org").text("sid");
  const ApiAnswer refused = alice.post(
      "/account/3pid", fmt::format(R"({{"three_pid_creds":{},"auth":{{"type":"m.login.password",
          "password":"{}","identifier":{{"type":"m.id.user","user":"{}"}}}}}})",
                                   MailTown::credentials(session), kPassword, alice.id()));
  CHECK(refused.status == 403);
  CHECK(refused.errcode() == "M_THREEPID_AUTH_FAILED");
  CHECK(town.add(alice, session).status == 400);
}

TEST_CASE("who they are is proven by one's address too, and by nobody else's") {
  MailTown town;
  const Person alice = town.server.register_user("alice", kPassword);
  const Person bob = town.server.register_user("bob", kPassword);
  town.own(alice, "alice@example.org");
  town.own(bob, "bob@example.org");
  town.server.sign_in(alice, "OTHER");
  const auto remove = [&](const std::string& address) {
    return alice.del("/devices/OTHER",
                     fmt::format(R"({{"auth":{{"type":"m.login.password","password":"{}",
        "identifier":{{"type":"m.id.thirdparty","medium":"email","address":"{}"}}}}}})",
                                 kPassword, address));
  };
  CHECK(remove("bob@example.org").errcode() == "M_FORBIDDEN");
  CHECK(remove("nobody@example.org").status == 403);
  CHECK(alice.get("/devices/OTHER").status == 200);
  CHECK(remove("alice@example.org").status == 200);
  CHECK(alice.get("/devices/OTHER").status == 404);
}

TEST_CASE("an identity server that refuses, fails or talks nonsense binds nothing") {
  MailTown town([](server::Config& config) { config.identity.servers = {"id.example"}; });
  const Person alice = town.server.register_user("alice", kPassword);
  const auto bind = [&] {
    return alice.post("/account/3pid/bind",
                      R"({"sid":"1","client_secret":"s","id_server":"id.example",
                          "id_access_token":"token"})");
  };
  town.server.outside().answer_with(404, R"({"errcode":"M_SESSION_NOT_VALIDATED"})");
  CHECK(bind().errcode() == "M_FORBIDDEN");
  town.server.outside().fail_with(http::OutboundFailure::timed_out);
  CHECK(bind().status == 502);
  town.server.outside().answer_with(200, "<html>");
  CHECK(bind().status == 502);
  town.server.outside().answer_with(200, R"({"medium":"email","address":"a\nb"})");
  CHECK(bind().status == 502);
}

}  // namespace
}  // namespace chancery::scenario
