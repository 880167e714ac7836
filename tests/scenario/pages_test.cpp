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
