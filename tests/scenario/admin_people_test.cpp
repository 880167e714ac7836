// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What tools for Synapse's owners ask for about people: lists, changes, devices, rates.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace chancery::scenario {
namespace {

const std::string kV1 = "/_synapse/admin/v1";
const std::string kV2 = "/_synapse/admin/v2";
constexpr const char* kPassword = "correct horse battery";

struct House {
  House() {
    make_owner("@owner:x");
    make_owner("@second:x");
  }
  void make_owner(const std::string& user) { server.make_owner(user); }
  [[nodiscard]] ApiAnswer sign_in(const std::string& name, const std::string& password) {
    return server.stranger().post(
        "/login", R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":")" + name +
                      R"("},"password":")" + password + "\"}");
  }

  ServerUnderTest server;
  Person owner = server.register_user("owner");
  Person second = server.register_user("second");
  Person alice = server.register_user("alice", kPassword);
};

std::string names_in(const ApiAnswer& list) {
  std::string names;
  for (const base::Json& user : list.object().at("users").as_array()) {
    names += text_at(user, "/name") + " ";
  }
  return names;
}
std::int64_t total_of(const ApiAnswer& list) { return list.object().at("total").as_int64(); }

TEST_CASE("owners list accounts in pages, and by what they look for") {
  House house;
  REQUIRE(house.alice.put("/profile/%40alice%3Ax/displayname", R"({"displayname":"Zoe"})").status ==
          200);

  const ApiAnswer first = house.owner.get(kV2 + "/users?limit=2");
  CHECK(names_in(first) == "@alice:x @owner:x ");
  CHECK(total_of(first) == 3);
  const ApiAnswer rest = house.owner.get(kV2 + "/users?limit=2&from=" + first.text("next_token"));
  CHECK(names_in(rest) == "@second:x ");
  CHECK(rest.text("next_token").empty());

  CHECK(names_in(house.owner.get(kV2 + "/users?name=zoe")) == "@alice:x ");
  CHECK(names_in(house.owner.get(kV2 + "/users?admins=false")) == "@alice:x ");
  CHECK(names_in(house.owner.get(kV2 + "/users?order_by=name&dir=b&admins=true")) ==
        "@second:x @owner:x ");
  const ApiAnswer found = house.owner.get(kV2 + "/users?name=alice");
  const base::Json& alice = found.object().at("users").as_array().at(0);
  CHECK(text_at(alice, "/displayname") == "Zoe");
  CHECK(alice.at("admin").as_bool() == false);
  CHECK(alice.at("creation_ts").as_int64() > 0);
  for (const char* wrong :
       {"?order_by=password", "?dir=up", "?limit=-1", "?from=x", "?deactivated=1"}) {
    CAPTURE(wrong);
    CHECK(house.owner.get(kV2 + "/users" + wrong).errcode() == "M_INVALID_PARAM");
  }
}

TEST_CASE("the third version of the list takes a filter for those alone") {
  House house;
  REQUIRE(house.owner.post(kV1 + "/deactivate/%40alice%3Ax").status == 200);
  CHECK(names_in(house.owner.get(kV2 + "/users")) == "@owner:x @second:x ");
  CHECK(total_of(house.owner.get(kV2 + "/users?deactivated=true")) == 3);
  const std::string third = "/_synapse/admin/v3/users";
  CHECK(names_in(house.owner.get(third + "?deactivated=true")) == "@alice:x ");
  CHECK(total_of(house.owner.get(third)) == 3);
  CHECK(total_of(house.owner.get(third + "?deactivated=false")) == 2);
}

TEST_CASE("an owner makes an account, changes it and sees it") {
  House house;
  const std::string path = kV2 + "/users/%40bob%3Ax";
  CHECK(house.owner.get(path).errcode() == "M_NOT_FOUND");
  const ApiAnswer made = house.owner.put(
      path, R"({"password":"a long enough word","displayname":"Bob","user_type":"bot"})");
  CHECK(made.status == 201);
  CHECK(made.text("name") == "@bob:x");
  CHECK(made.text("displayname") == "Bob");
  CHECK(made.text("user_type") == "bot");
  CHECK(house.sign_in("bob", "a long enough word").status == 200);

  const ApiAnswer changed = house.owner.put(
      path, R"({"displayname":"","avatar_url":"mxc://x/a","user_type":null,"admin":false,)"
            R"("deactivated":false,"locked":true,"threepids":[]})");
  CHECK(changed.status == 200);
  CHECK(changed.object().at("displayname").is_null());
  CHECK(changed.text("avatar_url") == "mxc://x/a");
  CHECK(changed.object().at("user_type").is_null());
  CHECK(changed.object().at("locked").as_bool());
  CHECK(house.sign_in("bob", "a long enough word").errcode() == "M_USER_LOCKED");

  CHECK(house.owner.put(path, R"({"locked":false,"admin":true})").object().at("admin").as_bool());
  CHECK(house.owner.get(kV1 + "/users/%40bob%3Ax/admin").object().at("admin").as_bool());
}

TEST_CASE("what an owner may not ask for an account is refused before anything changes") {
  House house;
  const std::string alice = kV2 + "/users/%40alice%3Ax";
  CHECK(house.owner.put(alice, R"({"external_ids":[{"auth_provider":"a","external_id":"b"}]})")
            .errcode() == "M_INVALID_PARAM");
  CHECK(house.owner.put(alice, R"({"user_type":"wizard"})").errcode() == "M_INVALID_PARAM");
  CHECK(house.owner.put(alice, R"({"password":"short"})").errcode() == "M_WEAK_PASSWORD");
  CHECK(house.owner.put(alice, R"({"admin":"yes"})").errcode() == "M_BAD_JSON");
  CHECK(house.owner.put(alice, "[]").errcode() == "M_BAD_JSON");
  CHECK(house.owner.put(kV2 + "/users/%40Capital%3Ax", "{}").errcode() == "M_INVALID_USERNAME");
  CHECK(house.owner.put(kV2 + "/users/%40bob%3Aelsewhere.example", "{}").errcode() ==
        "M_INVALID_PARAM");
  CHECK(house.owner.put(kV2 + "/users/bob", "{}").errcode() == "M_INVALID_PARAM");
  CHECK(house.alice.put(alice, R"({"admin":true})").errcode() == "M_FORBIDDEN");
  CHECK(house.alice.get(alice).errcode() == "M_FORBIDDEN");
  CHECK(house.alice.get("/account/whoami").status == 200);
}

TEST_CASE("an owner says which mail addresses are whose, and finds people by them") {
  House house;
  const std::string alice = kV2 + "/users/%40alice%3Ax";
  const auto wish = [](const std::string& addresses) {
    return R"({"threepids":[)" + addresses + "]}";
  };
  const std::string one = R"({"medium":"email","address":"One@Example.org"})";
  const std::string two = R"({"medium":"email","address":"two@example.org"})";
  const auto shown = [&house, &alice] {
    std::set<std::string> texts;
    const ApiAnswer account = house.owner.get(alice);
    for (const base::Json& address : account.object().at("threepids").as_array()) {
      texts.insert(text_at(address, "/address"));
    }
    return texts;
  };
  using Addresses = std::set<std::string>;
  CHECK(house.owner.put(alice, wish(one + "," + one + "," + two)).status == 200);
  CHECK(shown() == Addresses{"one@example.org", "two@example.org"});
  const std::string lookup = kV1 + "/threepid/email/users/one%40example.org";
  CHECK(house.owner.get(lookup).text("user_id") == "@alice:x");
  house.server.restart();
  CHECK(house.owner.put(alice, wish(two)).status == 200);
  CHECK(shown() == Addresses{"two@example.org"});
  CHECK(house.owner.get(lookup).errcode() == "M_NOT_FOUND");
  CHECK(house.alice.get(lookup).errcode() == "M_FORBIDDEN");

  // Whose it is already is told before an account is made.
  const std::string bob = kV2 + "/users/%40bob%3Ax";
  CHECK(house.owner.put(bob, wish(two)).errcode() == "M_THREEPID_IN_USE");
  CHECK(house.owner.get(bob).errcode() == "M_NOT_FOUND");
  for (const char* wrong :
       {R"({"medium":"msisdn","address":"491701234567"})", R"({"medium":"email","address":"a"})",
        R"({"medium":"email","address":"a\r\nBcc: b@c.d"})"}) {
    CAPTURE(wrong);
    CHECK(house.owner.put(alice, wish(wrong)).errcode() == "M_INVALID_PARAM");
  }
  CHECK(house.owner.put(alice, wish("1")).errcode() == "M_BAD_JSON");
  CHECK(house.owner.put(alice, wish(R"({"medium":"email"})")).status == 400);
  CHECK(house.owner.put(kV2 + "/users/%40second%3Ax", wish(one)).errcode() == "M_FORBIDDEN");
  CHECK(house.owner.put(kV2 + "/users/%40owner%3Ax", wish(one)).status == 200);
  CHECK(shown() == Addresses{"two@example.org"});
}

TEST_CASE("an account is made with all that is asked for it, an owner's too") {
  House house;
  const ApiAnswer made =
      house.owner.put(kV2 + "/users/%40bob%3Ax",
                      R"({"password":"a long enough word","displayname":"Bob","admin":true,)"
                      R"("threepids":[{"medium":"email","address":"bob@example.org"}]})");
  CHECK(made.status == 201);
  CHECK(made.object().at("admin").as_bool());
  CHECK(made.text("displayname") == "Bob");
  CHECK(text_at(made.json, "/threepids/0/address") == "bob@example.org");
}

TEST_CASE("an owner makes a device for somebody, once") {
  House house;
  const std::string devices = kV2 + "/users/%40alice%3Ax/devices";
  CHECK(house.owner.post(devices, R"({"device_id":"READY"})").status == 201);
  CHECK(house.owner.put(devices + "/READY", R"({"display_name":"A phone"})").status == 200);
  CHECK(house.owner.post(devices, R"({"device_id":"READY"})").status == 201);
  CHECK(house.owner.get(devices + "/READY").text("display_name") == "A phone");
  CHECK(house.owner.get(devices).object().at("total").as_int64() == 2);
  CHECK(house.owner.post(devices, "{}").status == 400);
  CHECK(house.owner.post(kV2 + "/users/%40second%3Ax/devices", R"({"device_id":"D"})").errcode() ==
        "M_FORBIDDEN");
}

TEST_CASE("what this server offers is offered to everybody, and cannot be switched for one") {
  House house;
  const std::string path = kV1 + "/experimental_features/%40alice%3Ax";
  const ApiAnswer versions = house.alice.get("/_matrix/client/versions");
  const ApiAnswer features = house.owner.get(path);
  CHECK(find_at(features.json, "/features/msc3881")->as_bool() ==
        find_at(versions.json, "/unstable_features/org.matrix.msc3881")->as_bool());
  CHECK(house.owner.put(path, R"({"features":{"msc3881":true,"msc4222":true}})").status == 200);
  for (const char* wrong : {R"({"features":{"msc3881":false}})", R"({"features":{"msc9999":true}})",
                            R"({"features":{"msc3881":1}})"}) {
    CAPTURE(wrong);
    CHECK(house.owner.put(path, wrong).errcode() == "M_INVALID_PARAM");
  }
  CHECK(house.owner.put(path, "{}").errcode() == "M_MISSING_PARAM");
  CHECK(house.owner.get(kV1 + "/experimental_features/%40none%3Ax").errcode() == "M_NOT_FOUND");
  CHECK(house.alice.get(path).errcode() == "M_FORBIDDEN");
}

TEST_CASE("owners do not act against each other, nor end themselves by mistake") {
  House house;
  for (const std::string user : {"%40second%3Ax", "%40owner%3Ax"}) {
    CAPTURE(user);
    CHECK(house.owner.put(kV1 + "/users/" + user + "/admin", R"({"admin":false})").errcode() ==
          "M_FORBIDDEN");
    CHECK(house.owner.post(kV1 + "/deactivate/" + user).errcode() == "M_FORBIDDEN");
    CHECK(house.owner
              .post(kV1 + "/reset_password/" + user, R"({"new_password":"a long enough word"})")
              .errcode() == "M_FORBIDDEN");
    CHECK(house.owner.put(kV2 + "/users/" + user, R"({"deactivated":true})").errcode() ==
          "M_FORBIDDEN");
    CHECK(house.owner.put(kV2 + "/users/" + user, R"({"locked":true})").errcode() == "M_FORBIDDEN");
    CHECK(house.owner.post(kV2 + "/users/" + user + "/delete_devices", R"({"devices":["A"]})")
              .errcode() == "M_FORBIDDEN");
    if (user == "%40owner%3Ax") continue;
    // What they may do to themselves and to others, they may not to each other.
    CHECK(house.owner.put(kV2 + "/users/" + user, R"({"user_type":"bot"})").errcode() ==
          "M_FORBIDDEN");
    const std::string rate = kV1 + "/users/" + user + "/override_ratelimit";
    CHECK(house.owner.post(rate, R"({"messages_per_second":1})").errcode() == "M_FORBIDDEN");
    CHECK(house.owner.del(rate).errcode() == "M_FORBIDDEN");
    CHECK(house.owner.del(kV1 + "/users/" + user + "/media").errcode() == "M_FORBIDDEN");
    CHECK(house.owner.post(kV1 + "/user/" + user + "/media/quarantine").errcode() == "M_FORBIDDEN");
  }
  for (const std::string user : {"%40second%3Ax", "%40owner%3Ax"}) {
    // What is so already is no act.
    CHECK(house.owner.put(kV2 + "/users/" + user, R"({"admin":true,"deactivated":false})").status ==
          200);
  }
  CHECK(house.owner.put(kV2 + "/users/%40owner%3Ax", R"({"displayname":"Me"})").status == 200);
  CHECK(house.owner.put(kV2 + "/users/%40owner%3Ax", R"({"user_type":"bot"})").status == 200);
  CHECK(house.owner
            .post(kV1 + "/users/%40owner%3Ax/override_ratelimit", R"({"messages_per_second":1})")
            .status == 200);
  CHECK(house.owner.put(kV2 + "/users/%40second%3Ax", R"({"displayname":"You"})").errcode() ==
        "M_FORBIDDEN");
}

TEST_CASE("nobody signs in as somebody else, not even an owner") {
  House house;
  const ApiAnswer refused = house.owner.post(kV1 + "/users/%40alice%3Ax/login");
  CHECK(refused.status == 403);
  CHECK(refused.errcode() == "M_FORBIDDEN");
  CHECK(refused.text("access_token").empty());
}

TEST_CASE("a password that an owner sets signs the person out everywhere, unless they say not") {
  House house;
  const std::string path = kV1 + "/reset_password/%40alice%3Ax";
  REQUIRE(house.owner.post(path, R"({"new_password":"a long enough word","logout_devices":false})")
              .status == 200);
  CHECK(house.alice.get("/account/whoami").status == 200);
  CHECK(house.sign_in("alice", kPassword).errcode() == "M_FORBIDDEN");
  REQUIRE(house.owner.post(path, R"({"new_password":"another long word"})").status == 200);
  CHECK(house.alice.get("/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
  CHECK(house.sign_in("alice", "another long word").status == 200);
  CHECK(house.owner.post(path, "{}").errcode() == "M_MISSING_PARAM");
}

TEST_CASE("an account that an owner ended is out of its rooms and stays ended") {
  House house;
  const std::string room = house.second.create_room();
  house.alice.join(room);
  REQUIRE(house.owner.post(kV1 + "/deactivate/%40alice%3Ax", R"({"erase":true})").status == 200);

  const ApiAnswer seen = house.owner.get(kV2 + "/users/%40alice%3Ax");
  CHECK(seen.object().at("deactivated").as_bool());
  CHECK(seen.object().at("erased").as_bool());
  CHECK(house.owner.get(kV1 + "/users/%40alice%3Ax/joined_rooms").body ==
        R"({"joined_rooms":[],"total":0})");
  CHECK(house.alice.get("/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
  CHECK(house.owner
            .put(kV2 + "/users/%40alice%3Ax",
                 R"({"deactivated":false,"password":"a long enough word"})")
            .errcode() == "M_FORBIDDEN");
  CHECK(house.owner
            .post(kV1 + "/reset_password/%40alice%3Ax", R"({"new_password":"a long enough word"})")
            .errcode() == "M_USER_DEACTIVATED");
}

TEST_CASE("the operator's command gives no password to an account that has ended") {
  House house;
  REQUIRE(house.owner.post(kV1 + "/deactivate/%40alice%3Ax").status == 200);
  accounts::Accounts& accounts = house.server.composition().accounts().accounts;
  const protocol::UserId alice = protocol::UserId::trusted("@alice:x");
  CHECK_THROWS_AS(
      house.server.scheduler().run(accounts.reset_password("server", alice, "a long enough word")),
      protocol::ApiError);
  CHECK(house.server.scheduler().run(accounts.get(alice)).password_hash.empty());
}

TEST_CASE("of two who end an account at once, the one who has it erased is heard in any order") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    ServerUnderTest server({}, seed);
    const Person owner = server.register_user("owner");
    const Person alice = server.register_user("alice");
    server.make_owner("@owner:x");
    const auto begin = [&](const char* body) {
      return server.begin({.method = http::Method::post,
                           .target = kV1 + "/deactivate/%40alice%3Ax",
                           .body = body,
                           .token = owner.token()});
    };
    Pending first = begin(seed % 2 == 0 ? R"({"erase":true})" : "{}");
    Pending second = begin(seed % 2 == 0 ? "{}" : R"({"erase":true})");
    CHECK(first.await().status == 200);
    CHECK(second.await().status == 200);

    CHECK(owner.get(kV2 + "/users/%40alice%3Ax").object().at("erased").as_bool());
  }
}

TEST_CASE("an owner sees a person's devices, rooms, pushers and account data, and ends devices") {
  House house;
  const Person laptop = house.server.sign_in(house.alice, "LAPTOP");
  const std::string room = house.alice.create_room();
  REQUIRE(laptop.put("/user/%40alice%3Ax/account_data/org.example.a", R"({"b":1})").status == 200);
  REQUIRE(
      laptop
          .put("/user/%40alice%3Ax/rooms/" + percent_encode(room) + "/account_data/org.example.c",
               R"({"d":2})")
          .status == 200);

  const std::string devices = kV2 + "/users/%40alice%3Ax/devices";
  CHECK(total_of(house.owner.get(devices)) == 2);
  CHECK(house.owner.get(devices + "/LAPTOP").text("last_seen_ip") == "192.0.2.1");
  CHECK(house.owner.put(devices + "/LAPTOP", R"({"display_name":"Lap"})").status == 200);
  CHECK(house.owner.get(devices + "/LAPTOP").text("display_name") == "Lap");
  CHECK(house.owner.get(devices + "/NONE").errcode() == "M_NOT_FOUND");
  CHECK(house.owner.get(kV1 + "/users/%40alice%3Ax/joined_rooms").body ==
        R"({"joined_rooms":[")" + room + R"("],"total":1})");
  CHECK(text_at(house.owner.get(kV1 + "/users/%40alice%3Ax/memberships").json,
                "/memberships/" + room) == "join");
  const ApiAnswer kept = house.owner.get(kV1 + "/users/%40alice%3Ax/accountdata");
  CHECK(find_at(kept.json, "/account_data/global/org.example.a/b")->as_int64() == 1);
  CHECK(find_at(kept.json, "/account_data/rooms/" + room + "/org.example.c/d")->as_int64() == 2);
  CHECK(house.owner.get(kV1 + "/users/%40alice%3Ax/pushers").body == R"({"pushers":[],"total":0})");
  CHECK(text_at(house.owner.get(kV1 + "/whois/%40alice%3Ax").json, "/user_id") == "@alice:x");

  CHECK(house.owner
            .post(kV2 + "/users/%40alice%3Ax/delete_devices", R"({"devices":["LAPTOP","NONE"]})")
            .status == 200);
  CHECK(laptop.get("/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
  CHECK(house.owner.del(devices + "/" + house.alice.device()).status == 200);
  CHECK(house.alice.get("/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
  CHECK(house.owner.post(kV2 + "/users/%40alice%3Ax/delete_devices", R"({"devices":[7]})")
            .errcode() == "M_BAD_JSON");
}

TEST_CASE("a name is told to be free or taken") {
  House house;
  CHECK(house.owner.get(kV1 + "/username_available?username=bob").body == R"({"available":true})");
  CHECK(house.owner.get(kV1 + "/username_available?username=alice").errcode() == "M_USER_IN_USE");
  CHECK(house.owner.get(kV1 + "/username_available?username=%3Cb%3E").errcode() ==
        "M_INVALID_USERNAME");
  CHECK(house.owner.get(kV1 + "/username_available").errcode() == "M_MISSING_PARAM");
}

TEST_CASE("an exception from the rates is kept, seen and ended") {
  House house;
  const std::string path = kV1 + "/users/%40alice%3Ax/override_ratelimit";
  CHECK(house.owner.get(path).body == "{}");
  CHECK(house.owner.post(path, R"({"messages_per_second":5,"burst_count":7})").status == 200);
  house.server.restart();
  CHECK(house.owner.get(path).body == R"({"messages_per_second":5,"burst_count":7})");
  for (const char* wrong :
       {R"({"messages_per_second":-1})", R"({"messages_per_second":5,"burst_count":0})",
        R"({"messages_per_second":5,"burst_count":-1})", R"({"burst_count":-1})"}) {
    CHECK(house.owner.post(path, wrong).errcode() == "M_INVALID_PARAM");
  }
  CHECK(house.owner.post(path, R"({"messages_per_second":5})").body ==
        R"({"messages_per_second":5,"burst_count":5})");
  CHECK(house.owner.del(path).status == 200);
  CHECK(house.owner.get(path).body == "{}");
  CHECK(house.owner.post(kV1 + "/users/%40nobody%3Ax/override_ratelimit", "{}").errcode() ==
        "M_NOT_FOUND");
}

TEST_CASE("whoever has an exception from the rates sends as fast as it says") {
  ServerUnderTest server([](server::Config& config) {
    config.limits.enabled = true;
    config.limits.message_per_second = 0.1;
    config.limits.message_burst = 3;
  });
  const Person owner = server.register_user("owner");
  const Person alice = server.register_user("alice");
  server.make_owner("@owner:x");
  const std::string room = alice.create_room();
  const auto sends = [&](int count) {
    int sent = 0;
    for (int i = 0; i < count; ++i) {
      const std::string path =
          "/rooms/" + percent_encode(room) + "/send/m.room.message/" + unique_text();
      if (alice.put(path, message_of("a")).status == 200) ++sent;
    }
    return sent;
  };
  CHECK(sends(10) == 3);
  const std::string path = kV1 + "/users/%40alice%3Ax/override_ratelimit";
  REQUIRE(owner.post(path, R"({"messages_per_second":0,"burst_count":0})").status == 200);
  CHECK(sends(20) == 20);
  REQUIRE(owner.del(path).status == 200);
  CHECK(sends(10) == 0);
}

}  // namespace
}  // namespace chancery::scenario
