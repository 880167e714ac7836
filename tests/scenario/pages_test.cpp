// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What a browser is shown, and what only this machine may ask.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

TEST_CASE("the pages of the server come with a policy that allows nothing from elsewhere") {
  ServerUnderTest server;
  const Person anyone = server.stranger();
  for (const char* page : {"/setup", "/_matrix/static/client/login/", "/_chancery/confirm_address",
                           "/_chancery/unsubscribe"}) {
    CAPTURE(page);
    const ApiAnswer answer = anyone.get(page);

    CHECK(answer.status == 200);
    CHECK(answer.headers.find("Content-Type").value_or("").starts_with("text/html"));
    const std::string policy(answer.headers.find("Content-Security-Policy").value_or(""));
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
  }
}

TEST_CASE("addresses that people type lead to their account, or to a page that says why not") {
  ServerUnderTest server;
  const Person anyone = server.stranger();
  for (const std::string typed : {"/", "/_chancery", "/_chancery/", "/_chancery/account/"}) {
    CAPTURE(typed);
    const ApiAnswer answer = anyone.send({.method = http::Method::get, .target = typed});
    CHECK(answer.status == 302);
    CHECK(answer.headers.find("Location") == "/_chancery/account");
  }
  const auto visit = [&](http::Method method, const char* target) {
    return anyone.send({.method = method,
                        .target = target,
                        .headers = {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}}});
  };
  const ApiAnswer lost = visit(http::Method::get, "/_chancery/acount");
  CHECK(lost.status == 404);
  CHECK(lost.body.find("<h1>There is no such page</h1>") != std::string::npos);
  CHECK(lost.body.find("href=\"/_chancery/account\"") != std::string::npos);
  const ApiAnswer wrong = visit(http::Method::del, "/_chancery/account");
  CHECK(wrong.status == 405);
  CHECK(wrong.headers.find("Allow") == "GET");
  CHECK(wrong.headers.find("Content-Type").value_or("").starts_with("text/html"));
  // Programs are told as before, and addresses of the API are no pages.
  CHECK(anyone.get("/_chancery/acount").errcode() == "M_UNRECOGNIZED");
  CHECK(visit(http::Method::get, "/_matrix/client/v3/nothing").errcode() == "M_UNRECOGNIZED");
}

TEST_CASE("a browser that came by TLS is told to come by nothing else, and no other one") {
  ServerUnderTest server;
  for (const bool is_secure : {true, false}) {
    http::Request request;
    request.method = http::Method::get;
    request.path = request.target = "/_chancery/pages/page.css";
    request.peer.address = "192.0.2.1";
    request.secure = is_secure;
    const ApiAnswer response = server.scheduler().run(support::read_answer(
        server.scheduler().run(server.composition().boundary().handle(request))));
    CHECK(response.status == 200);
    CHECK(response.headers.find("Strict-Transport-Security").has_value() == is_secure);
  }
}

TEST_CASE("the page of a set-up link learns at once whether the link works") {
  ServerUnderTest server;
  const Person anyone = server.stranger();
  const std::string token =
      server.scheduler().run(server.composition().accounts().setup_links.create());
  const auto check = [&](const std::string& shown) {
    return anyone.post("/_chancery/setup/check", R"({"token":")" + shown + "\"}");
  };
  CHECK(check(token).status == 200);
  CHECK(check(token).status == 200);
  CHECK(check("guessed").errcode() == "M_FORBIDDEN");
  CHECK(check("guessed").text("error").find("chancery user setup-link") != std::string::npos);
  REQUIRE(anyone
              .post("/_chancery/setup", R"({"username":"boss","password":"correct horse battery",)"
                                        R"("token":")" +
                                            token + "\"}")
              .status == 200);
  CHECK(check(token).errcode() == "M_FORBIDDEN");
}

TEST_CASE("the files of the pages are there, and no other") {
  ServerUnderTest server;
  const Person anyone = server.stranger();

  CHECK(anyone.get("/_chancery/pages/page.css").status == 200);
  CHECK(anyone.get("/_chancery/pages/set_up.html").status == 404);
  CHECK(anyone.get("/_chancery/pages/..%2F..%2Fetc%2Fpasswd").status == 404);
}

TEST_CASE("nobody ends anyone's mail by a token that was never given") {
  ServerUnderTest server;
  const Person anyone = server.stranger();

  CHECK(anyone.post("/_chancery/unsubscribe", R"({"token":"guessed"})").errcode() == "M_FORBIDDEN");
  CHECK(anyone.post("/_chancery/unsubscribe", "{}").errcode() == "M_MISSING_PARAM");
  // As a mail program does it (RFC 8058).
  const ApiAnswer by_program = anyone.send({.method = http::Method::post,
                                            .target = "/_chancery/unsubscribe?token=guessed",
                                            .body = "List-Unsubscribe=One-Click",
                                            .token = {},
                                            .content_type = "application/x-www-form-urlencoded"});
  CHECK(by_program.errcode() == "M_FORBIDDEN");
}

TEST_CASE("the command line's way in is closed to whoever does not show its secret") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");

  for (const Person& anyone : {alice, server.stranger()}) {
    const ApiAnswer answer = anyone.post("/_chancery/control/make_setup_link", "{}");
    CHECK(answer.status >= 400);
    CHECK(answer.status < 500);
  }
}

TEST_CASE("whether a room is listed is told to whoever asks, and is as its members set it") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  const std::string room = alice.create_room();
  const std::string entry = "/directory/list/room/" + room;

  CHECK(server.stranger().get(entry).text("visibility") == "private");
  REQUIRE(alice.put(entry, R"({"visibility":"public"})").status == 200);
  CHECK(server.stranger().get(entry).text("visibility") == "public");
}

TEST_CASE("the media paths of old clients answer where the operator opened them") {
  ServerUnderTest server(
      [](server::Config& config) { config.media.legacy_unauthenticated = true; });
  const Person alice = server.register_user("alice");
  const ApiAnswer uploaded = alice.send({.method = http::Method::post,
                                         .target = "/_matrix/media/v3/upload",
                                         .body = "a text",
                                         .content_type = "text/plain"});
  REQUIRE(uploaded.status == 200);
  const std::string id = uploaded.text("content_uri").substr(std::string("mxc://x/").size());

  const ApiAnswer named =
      server.stranger().get("/_matrix/media/v3/download/x/" + id + "/notes.txt");
  CHECK(named.status == 200);
  CHECK(named.body == "a text");
  CHECK(named.headers.find("Content-Disposition").value_or("").find("notes.txt") !=
        std::string::npos);
  // A text has no picture.
  const ApiAnswer picture =
      server.stranger().get("/_matrix/media/v3/thumbnail/x/" + id + "?width=32&height=32");
  CHECK(picture.status >= 400);
  CHECK(picture.errcode() != "M_UNRECOGNIZED");
}

}  // namespace
}  // namespace chancery::scenario
