// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "protocol/api_error.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/account_world.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::client {
namespace {

using support::AccountWorld;
using support::ApiAnswer;
using support::ApiClient;

const std::string kAlice = "/_matrix/client/v3/user/@alice:x";
const std::string kProfile = "/_matrix/client/v3/profile/@alice:x";

TEST_CASE("a display name is shown to everyone, and in the rooms") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  CHECK(alice.put(kProfile + "/displayname", R"({"displayname":"Alice"})").status == 200);

  CHECK(world.client().get(kProfile + "/displayname").text("displayname") == "Alice");
  CHECK(world.client().get(kProfile).body == R"({"displayname":"Alice"})");
  REQUIRE(world.rooms().shown.size() == 1);
  CHECK(world.rooms().shown[0].second.displayname == "Alice");

  // The same once more is no news to the rooms.
  CHECK(alice.put(kProfile + "/displayname", R"({"displayname":"Alice"})").status == 200);
  CHECK(world.rooms().shown.size() == 1);
  CHECK(alice.del(kProfile + "/displayname").status == 200);
  CHECK(world.client().get(kProfile).body == "{}");
}

TEST_CASE("fields of one's own keep their value, and rooms hear nothing of them") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  CHECK(alice.put(kProfile + "/org.example.pet", R"({"org.example.pet":{"cat":true}})").status ==
        200);
  CHECK(alice.get(kProfile + "/org.example.pet").body == R"({"org.example.pet":{"cat":true}})");
  CHECK(world.rooms().shown.empty());
  for (const char* unset : {"org.example.dog", "m.tz"}) {
    CAPTURE(unset);
    CHECK(alice.get(kProfile + "/" + unset).errcode() == "M_NOT_FOUND");
  }
  // Bridges name a new ghost only after an object was the answer.
  CHECK(alice.get(kProfile + "/displayname").body == "{}");
  CHECK(alice.get(kProfile + "/avatar_url").body == "{}");
}

TEST_CASE("a profile takes no nonsense") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  const auto set = [&](const std::string& field, const std::string& value) {
    return alice.put(kProfile + "/" + field, "{\"" + field + "\":" + value + "}").errcode();
  };
  CHECK(set("avatar_url", R"("javascript:alert")") == "M_INVALID_PARAM");
  CHECK(set("avatar_url", R"("mxc://../../etc")") == "M_INVALID_PARAM");
  CHECK(set("avatar_url", R"("mxc://x/abc")") == "");
  CHECK(set("avatar_url", R"("no picture at all")") == "");
  CHECK(set("displayname", "\"" + std::string(60'000, 'a') + "\"") == "M_INVALID_PARAM");
  CHECK(set("displayname", "7") == "M_BAD_JSON");
  CHECK(set("m.tz", "5") == "M_BAD_JSON");
  CHECK(set("m.tz", "null") == "M_BAD_JSON");
  CHECK(set("m.tz", R"("Europe/Berlin")") == "");
  CHECK(set("Upper.case", "1") == "M_INVALID_PARAM");
  CHECK(set(std::string(256, 'a'), "1") == "M_KEY_TOO_LARGE");
  CHECK(set("org.example.big", "\"" + std::string(70'000, 'a') + "\"") == "M_PROFILE_TOO_LARGE");
  CHECK(alice.put(kProfile + "/displayname", "{}").errcode() == "M_MISSING_PARAM");
}

TEST_CASE("nobody writes another's profile, data, tags or presence") {
  AccountWorld world;
  world.registered("alice");
  ApiClient bob = world.registered("bob");
  CHECK(bob.put(kProfile + "/displayname", R"({"displayname":"Bob"})").status == 403);
  CHECK(bob.get(kAlice + "/account_data/m.direct").status == 403);
  CHECK(bob.put(kAlice + "/account_data/m.direct").status == 403);
  CHECK(bob.get(kAlice + "/rooms/!r:x/tags").status == 403);
  CHECK(bob.post(kAlice + "/filter").status == 403);
  CHECK(bob.put("/_matrix/client/v3/presence/@alice:x/status", R"({"presence":"online"})").status ==
        403);
  CHECK(bob.post(kAlice + "/openid/request_token").status == 403);
  CHECK(bob.get("/_matrix/client/v3/admin/whois/@alice:x").status == 403);
}

TEST_CASE("account data comes back as it was put, for the account and for each room") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  CHECK(alice.get(kAlice + "/account_data/m.direct").errcode() == "M_NOT_FOUND");
  CHECK(alice.put(kAlice + "/account_data/m.direct", R"({"@bob:x":["!r:x"]})").status == 200);
  CHECK(alice.put(kAlice + "/rooms/!r:x/account_data/m.direct", R"({"of":"room"})").status == 200);

  CHECK(alice.get(kAlice + "/account_data/m.direct").body == R"({"@bob:x":["!r:x"]})");
  CHECK(alice.get(kAlice + "/rooms/!r:x/account_data/m.direct").body == R"({"of":"room"})");
  CHECK(alice.get(kAlice + "/rooms/!other:x/account_data/m.direct").status == 404);
}

TEST_CASE("what the server keeps itself cannot be put as account data") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  for (const std::string type : {"m.fully_read", "m.push_rules"}) {
    CHECK(alice.put(fmt::format("{}/account_data/{}", kAlice, type)).status == 405);
    CHECK(alice.put(fmt::format("{}/rooms/!r:x/account_data/{}", kAlice, type)).status == 405);
  }
  CHECK(alice.put(kAlice + "/account_data/t", "[]").errcode() == "M_BAD_JSON");
  CHECK(alice.put(kAlice + "/account_data/t", R"({"a":")" + std::string(70'000, 'a') + "\"}")
            .errcode() == "M_TOO_LARGE");
}

TEST_CASE("one person keeps so many items of account data, tags of rooms among them, and no more") {
  AccountWorld world({.account_data = {.most_items = 3, .most_bytes = 10'000}});
  ApiClient alice = world.registered("alice");
  ApiClient bob = world.registered("bob");
  const std::string data = kAlice + "/account_data/";
  CHECK(alice.put(data + "one").status == 200);
  CHECK(alice.put(kAlice + "/rooms/!r:x/account_data/two").status == 200);
  CHECK(alice.put(kAlice + "/rooms/!r:x/tags/m.favourite").status == 200);

  CHECK(alice.put(data + "three").errcode() == "M_TOO_LARGE");
  CHECK(alice.put(kAlice + "/rooms/!r:x/account_data/three").status == 413);
  CHECK(alice.put(kAlice + "/rooms/!other:x/tags/m.favourite").errcode() == "M_TOO_LARGE");
  CHECK(alice.get(data + "three").status == 404);
  // What is there may change, and what others keep is theirs.
  CHECK(alice.put(data + "one", R"({"n":1})").status == 200);
  CHECK(alice.put(kAlice + "/rooms/!r:x/tags/u.work").status == 200);
  CHECK(bob.put("/_matrix/client/v3/user/@bob:x/account_data/one").status == 200);
}

TEST_CASE("one person's account data takes so much together, however well it is compressed") {
  AccountWorld world({.account_data = {.most_items = 100, .most_bytes = 10'000}});
  ApiClient alice = world.registered("alice");
  const std::string data = kAlice + "/account_data/";
  const auto of = [](std::size_t bytes) {
    return R"({"a":")" + std::string(bytes - 8, 'a') + R"("})";
  };
  CHECK(alice.put(data + "one", of(6'000)).status == 200);
  CHECK(alice.put(data + "two", of(4'001)).errcode() == "M_TOO_LARGE");
  CHECK(alice.put(data + "two", of(4'000)).status == 200);
  CHECK(alice.put(data + "one", of(6'001)).status == 413);

  CHECK(alice.put(data + "one", of(5'000)).status == 200);
  CHECK(alice.put(kAlice + "/rooms/!r:x/account_data/three", of(1'000)).status == 200);
  CHECK(alice.put(kAlice + "/rooms/!r:x/tags/u.work").errcode() == "M_TOO_LARGE");
}

TEST_CASE("of what one person puts at once no more is kept than they may keep") {
  AccountWorld world({.account_data = {.most_items = 5, .most_bytes = 100'000}});
  world.registered("alice");
  accounts::Session session;
  session.user = protocol::UserId::trusted("@alice:x");
  const auto put = [](AccountWorld& at, accounts::Session who, std::string type,
                      int& kept) -> runtime::Task<> {
    try {
      co_await at.account_data().put(std::move(who), "", std::move(type), "{}");
      ++kept;
    } catch (const protocol::ApiError& refused) {  // as it should be, for some
      CHECK(refused.code() == protocol::ErrorCode::too_large);
    }
  };
  int kept = 0;
  runtime::TaskGroup group("apps");
  for (int i = 0; i < 20; ++i) {
    group.spawn_on(world.scheduler(), put(world, session, "t" + std::to_string(i), kept));
  }
  world.scheduler().run(group.join());
  CHECK(kept == 5);
}

TEST_CASE("a sync is told what changed after its position and nothing else") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  const auto user = protocol::UserId::trusted("@alice:x");
  // What every account has from the start.
  const storage::StreamPosition start = world.committer().last_position();
  alice.put(kAlice + "/account_data/one", R"({"n":1})");
  const storage::StreamPosition first = world.committer().last_position();
  alice.put(kAlice + "/rooms/!r:x/account_data/two", R"({"n":2})");
  const storage::StreamPosition second = world.committer().last_position();
  const auto changed = [&](storage::StreamPosition after, storage::StreamPosition until) {
    return world.run(world.account_data().load_changed(user, after, until));
  };

  CHECK(changed(start, second).size() == 2);
  REQUIRE(changed(first, second).size() == 1);
  CHECK(changed(first, second)[0].room == "!r:x");
  CHECK(changed(first, second)[0].content == R"({"n":2})");
  CHECK(changed(start, first).size() == 1);
  CHECK(changed(second, second).empty());
  CHECK_FALSE(world.account_data().may_have_changed(user, second));

  world.restart();
  CHECK(changed(first, second).size() == 1);
  CHECK_FALSE(world.account_data().may_have_changed(user, second));
}

TEST_CASE("tags are put, listed and removed one by one") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  const std::string tags = kAlice + "/rooms/!r:x/tags";
  CHECK(alice.get(tags).body == R"({"tags":{}})");
  CHECK(alice.put(tags + "/m.favourite", R"({"order":0.25})").status == 200);
  CHECK(alice.put(tags + "/u.work").status == 200);
  CHECK(alice.put(tags + "/u.bad", R"({"order":"first"})").errcode() == "M_BAD_JSON");
  CHECK(alice.get(tags).object().at("tags").as_object().size() == 2);
  CHECK(alice.del(tags + "/u.work").status == 200);
  CHECK(alice.get(tags).object().at("tags").as_object().contains("m.favourite"));
  CHECK_FALSE(alice.get(tags).object().at("tags").as_object().contains("u.work"));
}

TEST_CASE("the same filter has the same id, also after a restart, and is its owner's alone") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  const std::string filter = R"({"room":{"timeline":{"limit":10}}})";
  const std::string id = alice.post(kAlice + "/filter", filter).text("filter_id");
  REQUIRE_FALSE(id.empty());
  CHECK(alice.post(kAlice + "/filter", filter).text("filter_id") == id);
  CHECK(alice.get(kAlice + "/filter/" + id).body == filter);
  CHECK(alice.get(kAlice + "/filter/none").errcode() == "M_NOT_FOUND");

  CHECK(alice.post(kAlice + "/filter", R"({"room":{"timeline":{"limit":"ten"}}})").errcode() ==
        "M_BAD_JSON");
  world.restart();
  ApiClient bob = world.registered("bob");
  CHECK(bob.get("/_matrix/client/v3/user/@bob:x/filter/" + id).status == 404);
  ApiClient again = world.client();
  again.set_token(world.sign_in("alice").text("access_token"));
  CHECK(again.get(kAlice + "/filter/" + id).body == filter);
}

TEST_CASE("presence is shown to those who share a room, and grows old") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  ApiClient bob = world.registered("bob");
  const std::string status = "/_matrix/client/v3/presence/@alice:x/status";
  CHECK(alice.put(status, R"({"presence":"online","status_msg":"here"})").status == 200);
  CHECK(alice.put(status, R"({"presence":"asleep"})").errcode() == "M_INVALID_PARAM");

  CHECK(bob.get(status).errcode() == "M_FORBIDDEN");
  world.rooms().sharing.insert({"@bob:x", "@alice:x"});
  CHECK(bob.get(status).text("presence") == "online");
  CHECK(bob.get(status).text("status_msg") == "here");
}

TEST_CASE("devices are listed with what was last seen, and named") {
  AccountWorld world;
  ApiClient alice = world.registered("alice");
  const std::string device = alice.get("/_matrix/client/v3/account/whoami").text("device_id");
  const std::string path = "/_matrix/client/v3/devices/" + device;
  CHECK(alice.put(path, R"({"display_name":"desk"})").status == 200);
  const ApiAnswer shown = alice.get(path);
  CHECK(shown.text("display_name") == "desk");
  CHECK(shown.text("last_seen_ip") == "192.0.2.1");
  CHECK(alice.get("/_matrix/client/v3/devices").object().at("devices").as_array().size() == 1);
  CHECK(alice.put("/_matrix/client/v3/devices/NONE", "{}").errcode() == "M_NOT_FOUND");
  CHECK(alice.get("/_matrix/client/v3/devices/NONE").errcode() == "M_NOT_FOUND");

  world.run(world.device_uses().write());
  const auto stored = world.run(world.session_store().find_device(
      protocol::UserId::trusted("@alice:x"), protocol::DeviceId::trusted(device)));
  REQUIRE(stored);
  CHECK(stored->last_seen_address == "192.0.2.1");
}

TEST_CASE("what a client asks first is answered") {
  AccountWorld world;
  ApiClient client = world.client();
  const ApiAnswer versions = client.get("/_matrix/client/versions");
  CHECK(versions.status == 200);
  CHECK(versions.body.find("\"v1.11\"") != std::string::npos);
  CHECK(client.get("/.well-known/matrix/client").body ==
        R"({"m.homeserver":{"base_url":"https://x.example"}})");
  CHECK(client.get("/.well-known/matrix/server").status == 404);
  CHECK(client.get("/_matrix/client/v3/login").body.find("m.login.password") != std::string::npos);
  CHECK(client.get("/_matrix/client/v1/auth_metadata").errcode() == "M_UNRECOGNIZED");
  CHECK(client.get("/_matrix/client/v3/capabilities").errcode() == "M_MISSING_TOKEN");

  ApiClient alice = world.registered("alice");
  const ApiAnswer capabilities = alice.get("/_matrix/client/v3/capabilities");
  const base::JsonObject& rooms =
      capabilities.object().at("capabilities").as_object().at("m.room_versions").as_object();
  CHECK(rooms.at("default").as_string() == "12");
  CHECK(rooms.at("available").as_object().size() == 14);
}

TEST_CASE("every route of accounts says what it needs") {
  AccountWorld world;
  for (const boundary::Route& route : world.boundary().routes()) {
    CAPTURE(route.paths.front());
    CHECK_FALSE(route.spec.operation.empty());
    const bool is_open = route.guard.needs.capability == policy::Capability::open;
    CHECK(is_open == (route.guard.authentication != boundary::Authentication::required));
  }
}

}  // namespace
}  // namespace chancery::client
