// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// A walk over every route of the server with what no client should send.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::scenario {
namespace {

using boundary::Authentication;

// The pattern with each placeholder filled by `fill`.
std::string filled(const std::string& pattern, const std::function<std::string()>& fill) {
  std::string target;
  std::size_t at = 0;
  while (at < pattern.size()) {
    const std::size_t open = pattern.find('{', at);
    if (open == std::string::npos) break;
    target += pattern.substr(at, open - at);
    target += fill();
    at = pattern.find('}', open) + 1;
  }
  return target + (at < pattern.size() ? pattern.substr(at) : "");
}

struct Walk {
  ServerUnderTest server{[](server::Config& config) {
    config.registration.shared_secret = "a shared secret";
    config.media.legacy_unauthenticated = true;
    config.media.url_previews = true;
  }};
  Person alice = server.register_user("alice");
  std::string room = alice.create_room();
  int turn = 0;

  // Something that may stand in a path: identifiers that are real, strange or none.
  std::string parameter() {
    const std::vector<std::string> all{room,
                                       "@alice:x",
                                       "@nobody:x",
                                       "@bob:elsewhere.example",
                                       "#alias:x",
                                       "$event",
                                       "x",
                                       "m.room.message",
                                       "0",
                                       "-1",
                                       "18446744073709551616",
                                       "..",
                                       "\xC3\xA9\xF0\x9F\x98\x80",
                                       "\xFF\xFE",
                                       "a b\n'\"<script>",
                                       std::string(300, 'a'),
                                       "!" + std::string(43, 'A')};
    const auto draw = static_cast<unsigned char>(server.random().bytes(1).front());
    return percent_encode(all[draw % all.size()]);
  }
};

// Done, refused with a code or on a page, or asked to prove who one is.
bool is_answered_well(const ApiAnswer& answer) {
  if (answer.status < 400) return true;
  const bool is_page = answer.headers.find("Content-Type").value_or("").starts_with("text/html");
  const bool is_oauth = !answer.text("error_description").empty();
  if (answer.status < 500 && (is_page || is_oauth)) return true;
  const bool asks_for_proof = answer.status == 401 && find_at(answer.json, "/flows") != nullptr;
  return answer.status < 500 && (asks_for_proof || !answer.errcode().empty());
}

// Routes that answer 5xx on purpose, whatever they are asked.
bool may_answer_otherwise(const boundary::Route& route) {
  return route.spec.operation.find("/_chancery/health") != std::string_view::npos;
}

TEST_CASE("every route that needs a token says M_MISSING_TOKEN without one") {
  Walk walk;
  for (const boundary::Route& route : walk.server.routes()) {
    if (route.guard.authentication != Authentication::required) continue;
    for (const std::string& path : route.paths) {
      CAPTURE(path);
      const ApiAnswer answer =
          walk.server.stranger().send({.method = route.method,
                                       .target = filled(path, [] { return "x"; }),
                                       .body = "{}",
                                       .token = {}});
      CHECK(answer.status == 401);
      CHECK(answer.errcode() == "M_MISSING_TOKEN");
    }
  }
}

TEST_CASE("every route that knows who asks refuses a token that nobody has") {
  Walk walk;
  Person nobody = walk.server.stranger();
  nobody.set_token("not-a-token");
  for (const boundary::Route& route : walk.server.routes()) {
    if (route.guard.authentication == Authentication::none) continue;
    CAPTURE(route.paths.front());
    const ApiAnswer answer = nobody.send({.method = route.method,
                                          .target = filled(route.paths.front(), [] { return "x"; }),
                                          .body = "{}",
                                          .token = {}});
    CHECK(answer.status == 401);
    CHECK(answer.errcode() == "M_UNKNOWN_TOKEN");
    const base::Json* soft = find_at(answer.json, "/soft_logout");
    CHECK((soft != nullptr && !soft->as_bool()));
  }
}

TEST_CASE("no route fails whatever body it is sent and whatever stands in its path") {
  Walk walk;
  const std::vector<std::string> bodies{"[]",
                                        "{}",
                                        "",
                                        "null",
                                        "{\"a\":",
                                        std::string("\x00\xFF garbage", 10),
                                        "\"" + std::string(1'000'000, 'a') + "\"",
                                        std::string(10'000, '['),
                                        R"({"user_id":7,"messages":[],"device_keys":[],"rooms":3,
                                            "content":1,"reason":{},"auth":[],"limit":-1})"};
  for (const boundary::Route& route : walk.server.routes()) {
    if (may_answer_otherwise(route)) continue;
    for (const std::string& body : bodies) {
      // A session of their own each: some of what is asked ends it.
      const Person who = walk.server.sign_in(walk.alice, "WALKER");
      const std::string target = filled(route.paths.front(), [&] { return walk.parameter(); });
      CAPTURE(http::method_name(route.method));
      CAPTURE(target);
      CAPTURE(body.substr(0, 80));
      const ApiAnswer answer =
          who.send({.method = route.method, .target = target, .body = body, .token = {}});
      CAPTURE(answer.body.substr(0, 200));
      CHECK(is_answered_well(answer));
    }
  }
  CHECK(walk.server.stranger().get("/_chancery/health/ready").status == 200);
}

// An owner with what they can do harm to, and none of it is needed afterwards.
struct OwnersWalk : Walk {
  Person owner = server.register_user("owner");
  Person victim = server.register_user("victim");
  OwnersWalk() { server.make_owner("@owner:x"); }
  std::string parameter() {
    const auto draw = static_cast<unsigned char>(server.random().bytes(1).front());
    if (draw < 80) return percent_encode("@victim:x");
    return Walk::parameter();
  }
};

TEST_CASE("no route of administration fails whatever an owner sends and puts into its path") {
  OwnersWalk walk;
  const std::vector<std::string> bodies{
      "[]",
      "{}",
      "",
      "null",
      "{\"a\":",
      std::string(10'000, '['),
      R"({"user_id":7,"content":[],"password":7,"displayname":[],"threepids":7,"admin":1,
          "devices":{},"block":"yes","purge":0,"new_room_user_id":7,"suspend":1,"locked":null})",
      R"({"user_id":"@victim:x","content":{},"type":7,"state_key":7,"devices":["x","x",""],
          "new_room_user_id":"@victim:x","messages_per_second":9223372036854775807})",
      R"({"password":"a word that is long enough","displayname":"","avatar_url":"javascript:x",
          "user_type":"\u0000","block":true,"user_id":"@victim:x","content":{"body":"b"}})"};
  std::size_t walked = 0;
  for (const boundary::Route& route : walk.server.routes()) {
    if (route.guard.needs.capability != policy::Capability::administer) continue;
    for (const std::string& path : route.paths) {
      for (const std::string& body : bodies) {
        const std::string target =
            filled(path, [&] { return walk.parameter(); }) +
            "?from=-1&limit=x&before_ts=9223372036854775807&order_by=%01&username=%C3%A9&dir=q";
        CAPTURE(http::method_name(route.method));
        CAPTURE(target);
        CAPTURE(body.substr(0, 80));
        for (const std::string& asked : {target, target.substr(0, target.find('?'))}) {
          const ApiAnswer answer =
              walk.owner.send({.method = route.method, .target = asked, .body = body, .token = {}});
          CAPTURE(answer.body.substr(0, 200));
          CHECK(is_answered_well(answer));
          ++walked;
        }
      }
    }
  }
  CHECK(walked > 500);
  CHECK(walk.owner.get("/account/whoami").status == 200);
}

TEST_CASE("no route fails whatever its query says") {
  Walk walk;
  const std::vector<std::string> values{
      "-1", "99999999999999999999",    "x",     "",     "%C3%BF", "s1_2_3", "s9223372036854775807",
      "{",  R"(%7B%22room%22%3A7%7D)", "../..", "true", "b",   "f",      "1e9",
      "0"};
  const std::vector<std::string> names{
      "since",   "from",    "to",       "limit",           "dir",         "filter",
      "timeout", "version", "width",    "height",          "at",          "ts",
      "method",  "server",  "type",     "membership",      "format",      "user",
      "scope",   "only",    "recurse",  "include",         "server_name", "set_presence",
      "user_id", "status",  "delay_id", "use_state_after", "batch_token"};
  for (const boundary::Route& route : walk.server.routes()) {
    if (route.method != http::Method::get || may_answer_otherwise(route)) continue;
    for (const std::string& value : values) {
      std::string query = "?timeout_ms=0";
      for (const std::string& name : names) query += "&" + name + "=" + value;
      const std::string target =
          filled(route.paths.front(), [&] { return percent_encode(walk.room); });
      CAPTURE(target);
      CAPTURE(value);
      const ApiAnswer answer = walk.alice.get(target + query);
      CAPTURE(answer.body.substr(0, 200));
      CHECK(is_answered_well(answer));
    }
  }
}

TEST_CASE("a path without a route is 404 and another method 405, both M_UNRECOGNIZED") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  for (const char* path : {"/_matrix/client/v3/nothing", "/_matrix/client/v9/sync", "/_matrix",
                           "/_matrix/client/v3/sync/", "/_matrix//client/v3/sync",
                           "/_matrix/federation/v1/version/x", "/_synapse/admin/v9"}) {
    CAPTURE(path);
    const ApiAnswer answer = alice.get(path);
    CHECK(answer.status == 404);
    CHECK(answer.errcode() == "M_UNRECOGNIZED");
  }
  const ApiAnswer wrong_method = alice.del("/sync");
  CHECK(wrong_method.status == 405);
  CHECK(wrong_method.errcode() == "M_UNRECOGNIZED");
  CHECK(wrong_method.headers.find("Allow") == "GET");
}

TEST_CASE("every answer of a route may be read by a page of any origin") {
  Walk walk;
  for (const boundary::Route& route : walk.server.routes()) {
    const std::string target = filled(route.paths.front(), [] { return "x"; });
    CAPTURE(target);
    for (const http::Method method : {route.method, http::Method::options, http::Method::other}) {
      const ApiAnswer answer = walk.server.stranger().send(
          {.method = method, .target = target, .body = "{", .token = {}});
      CHECK(answer.headers.find("Access-Control-Allow-Origin") == "*");
    }
  }
}

}  // namespace
}  // namespace chancery::scenario
