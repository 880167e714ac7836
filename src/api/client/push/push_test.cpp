// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "api/boundary/boundary.hpp"
#include "api/client/push/routes.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/known_tokens.hpp"
#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>

namespace chancery::client {
namespace {

using support::ApiAnswer;
using support::ApiClient;
using support::PushWorld;

// A token is the name of its user.
class PushApi {
 public:
  PushApi()
      : limits_(boundary::LimitsEnabled::no, {}, world.scheduler().clock()),
        boundary_(
            push_routes({.rules = world.rules(),
                         .pushers = world.pushers(),
                         .notifications = world.notifications(),
                         .digests = world.digests(),
                         .clock = world.scheduler().clock()}),
            {.authenticator = sessions_, .limits = limits_, .clock = world.scheduler().clock()}) {}

  ApiClient as(const std::string& name) {
    sessions_.add(name, PushWorld::session(name));
    ApiClient client(boundary_, world.scheduler());
    client.set_token(name);
    return client;
  }

  PushWorld world;

 private:
  support::KnownTokens sessions_;
  boundary::RateLimits limits_;
  boundary::Boundary boundary_;
};

const std::string kRules = "/_matrix/client/v3/pushrules/";
const std::string kCake = kRules + "global/content/cake";
const std::string kCakeBody = R"({"pattern":"cake","actions":["notify"]})";

TEST_CASE("push rules are listed whole, by scope, by kind and one by one") {
  PushApi api;
  ApiClient bob = api.as("bob");
  CHECK(bob.put(kCake, kCakeBody).body == "{}");

  const ApiAnswer all = bob.get(kRules);
  const ApiAnswer global = bob.get(kRules + "global/");
  const ApiAnswer kind = bob.get(kRules + "global/content/");
  const ApiAnswer one = bob.get(kCake);
  REQUIRE(all.status == 200);
  CHECK(all.object().at("global") == global.json);
  CHECK(global.object().at("content") == kind.json);
  CHECK(kind.json.at(0) == one.json);
  CHECK(one.body.find(R"("rule_id":"cake")") != std::string::npos);
  CHECK(one.body.find(R"("enabled":true)") != std::string::npos);
  CHECK(bob.get("/_matrix/client/v3/pushrules").body == all.body);
  CHECK(bob.get("/_matrix/client/r0/pushrules/").body == all.body);
}

TEST_CASE("a push rule can be switched off, changed and removed") {
  PushApi api;
  ApiClient bob = api.as("bob");
  bob.put(kCake, kCakeBody);
  CHECK(bob.get(kCake + "/enabled").body == R"({"enabled":true})");
  CHECK(bob.put(kCake + "/enabled", R"({"enabled":false})").status == 200);
  CHECK(bob.get(kCake + "/enabled").body == R"({"enabled":false})");
  CHECK(bob.put(kCake + "/actions", R"({"actions":[]})").status == 200);
  CHECK(bob.get(kCake + "/actions").body == R"({"actions":[]})");
  CHECK(bob.del(kCake).status == 200);
  CHECK(bob.get(kCake).errcode() == "M_NOT_FOUND");
}

TEST_CASE("rules that everyone has can be switched off but not removed") {
  PushApi api;
  ApiClient bob = api.as("bob");
  const std::string master = kRules + "global/override/.m.rule.master";
  CHECK(bob.put(master + "/enabled", R"({"enabled":true})").status == 200);
  CHECK(bob.get(master + "/enabled").body == R"({"enabled":true})");
  CHECK(bob.del(master).status >= 400);
  CHECK(bob.put(master, R"({"actions":[]})").errcode() == "M_INVALID_PARAM");
  CHECK(bob.get(master).status == 200);
}

TEST_CASE("a push rule is placed before another") {
  PushApi api;
  ApiClient bob = api.as("bob");
  bob.put(kCake, kCakeBody);
  bob.put(kRules + "global/content/tea?after=cake", R"({"pattern":"tea","actions":["notify"]})");
  const ApiAnswer listed = bob.get(kRules + "global/content");
  REQUIRE(listed.json.is_array());
  CHECK(listed.json.at(0).at("rule_id") == "cake");
  CHECK(listed.json.at(1).at("rule_id") == "tea");
  CHECK(bob.put(kCake + "?before=nowhere", kCakeBody).errcode() == "M_UNKNOWN");
}

TEST_CASE("push rules that make no sense are refused with the right error") {
  PushApi api;
  ApiClient bob = api.as("bob");
  CHECK(bob.get(kRules + "global/spoon/cake").errcode() == "M_NOT_FOUND");
  CHECK(bob.get(kRules + "global/spoon/").errcode() == "M_INVALID_PARAM");
  CHECK(bob.put(kRules + "global/spoon/cake", kCakeBody).errcode() == "M_INVALID_PARAM");
  CHECK(bob.get(kRules + "device/content/cake").status == 404);
  CHECK(bob.get(kCake + "/colour").errcode() == "M_UNRECOGNIZED");
  CHECK(bob.get(kCake + "/enabled").errcode() == "M_NOT_FOUND");
  CHECK(bob.put(kCake + "/enabled", R"({"enabled":true})").errcode() == "M_NOT_FOUND");
  CHECK(bob.put(kCake + "/enabled", "{}").errcode() == "M_MISSING_PARAM");
  CHECK(bob.put(kCake + "/enabled", R"({"enabled":"yes"})").errcode() == "M_BAD_JSON");
  CHECK(bob.put(kCake + "/actions", "{}").errcode() == "M_MISSING_PARAM");
  CHECK(bob.put(kCake, R"({"actions":["notify"]})").errcode() == "M_MISSING_PARAM");
  CHECK(bob.put(kCake, R"({"pattern":"cake"})").errcode() == "M_MISSING_PARAM");
  CHECK(bob.del(kCake).errcode() == "M_NOT_FOUND");
}

TEST_CASE("pushers are set, listed and taken back") {
  PushApi api;
  ApiClient bob = api.as("bob");
  const std::string set = "/_matrix/client/v3/pushers/set";
  CHECK(bob.get("/_matrix/client/v3/pushers").body == R"({"pushers":[]})");
  const std::string body = R"({"app_id":"a","pushkey":"k","kind":"http","app_display_name":"A",)"
                           R"("device_display_name":"D","lang":"en","profile_tag":"tag",)"
                           R"("data":{"url":"https://push.example/_matrix/push/v1/notify"}})";
  CHECK(bob.post(set, body).body == "{}");
  const ApiAnswer listed = bob.get("/_matrix/client/v3/pushers");
  const base::Json& pusher = listed.json.at("pushers").at(0);
  CHECK(pusher.at("pushkey") == "k");
  CHECK(pusher.at("profile_tag") == "tag");
  CHECK(pusher.at("data").at("url") == "https://push.example/_matrix/push/v1/notify");
  CHECK(api.as("alice").get("/_matrix/client/v3/pushers").body == R"({"pushers":[]})");

  CHECK(bob.post(set, R"({"app_id":"a","pushkey":"k"})").errcode() == "M_MISSING_PARAM");
  CHECK(bob.post(set, R"({"app_id":"a","pushkey":"k","kind":null})").body == "{}");
  CHECK(bob.get("/_matrix/client/v3/pushers").body == R"({"pushers":[]})");
}

TEST_CASE("notifications are listed page by page") {
  PushApi api;
  ApiClient bob = api.as("bob");
  const auto room = api.world.make_room({"alice", "bob"});
  const auto first = api.world.say("alice", room);
  const auto second = api.world.mention("alice", room, "bob");

  const ApiAnswer page = bob.get("/_matrix/client/v3/notifications?limit=1");
  REQUIRE(page.status == 200);
  const base::Json& one = page.json.at("notifications").at(0);
  CHECK(one.at("event").at("event_id") == base::Json(second.text()));
  CHECK(one.at("room_id") == base::Json(room.text()));
  CHECK(one.at("read") == false);
  CHECK(one.at("ts").is_int64());
  const ApiAnswer next =
      bob.get("/_matrix/client/v3/notifications?from=" + page.text("next_token"));
  CHECK(next.json.at("notifications").at(0).at("event").at("event_id") == base::Json(first.text()));
  CHECK(next.text("next_token") == "");
  CHECK(bob.get("/_matrix/client/v3/notifications?only=highlight")
            .json.at("notifications")
            .as_array()
            .size() == 1);
  CHECK(bob.get("/_matrix/client/v3/notifications?from=x").errcode() == "M_INVALID_PARAM");
  CHECK(bob.get("/_matrix/client/v3/notifications?limit=0").errcode() == "M_INVALID_PARAM");
}

}  // namespace
}  // namespace chancery::client
