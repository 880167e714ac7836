// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Guests: what they may do, how they leave rooms that close to them, and how they become people.
#include "tests/scenario/server_under_test.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

namespace chancery::scenario {
namespace {

using base::JsonObject;

constexpr std::string_view kAccess = "/state/m.room.guest_access";

struct Guests {
  Guests()
      : server([](server::Config& config) {
          config.registration.mode = server::RegistrationMode::open;
          config.registration.allow_dummy = true;
          config.registration.allow_guests = true;
        }) {}

  Person guest() {
    const ApiAnswer made = server.stranger().post("/register?kind=guest");
    REQUIRE(made.status == 200);
    Person person = server.stranger();
    person.set_token(made.text("access_token"));
    last_id = made.text("user_id");
    last_device = made.text("device_id");
    return person;
  }
  // A room of Alice's that guests may join.
  std::string open_room() {
    const std::string room = alice.create_room();
    set_access(room, "can_join");
    return room;
  }
  std::string set_access(const std::string& room, const std::string& access) {
    return alice
        .put("/rooms/" + room + std::string(kAccess), R"({"guest_access":")" + access + "\"}")
        .text("event_id");
  }
  std::string membership(const std::string& room, const std::string& user) {
    return alice.get("/rooms/" + room + "/state/m.room.member/" + user).text("membership");
  }
  void sweep() {
    server.settle();
    server.scheduler().run(server.composition().room_modules().guest_departures.sweep());
  }

  ServerUnderTest server;
  Person alice = server.register_user("alice");
  std::string last_id;
  std::string last_device;
};

TEST_CASE("a guest has keys, a name for the device and for themself, and no other profile") {
  Guests house;
  const Person guest = house.guest();
  const std::string profile = "/profile/" + house.last_id;

  CHECK(guest.post("/keys/upload").status == 200);
  CHECK(guest.put("/sendToDevice/m.x/1", R"({"messages":{}})").status == 200);
  CHECK(guest.put("/devices/" + house.last_device, R"({"display_name":"kiosk"})").status == 200);
  CHECK(guest.get("/devices/" + house.last_device).text("display_name") == "kiosk");
  CHECK(guest.put(profile + "/displayname", R"({"displayname":"Visitor"})").status == 200);
  CHECK(guest.get(profile + "/displayname").text("displayname") == "Visitor");
  CHECK(guest.del(profile + "/displayname").status == 200);
  CHECK(guest.put(profile + "/m.tz", R"({"m.tz":"Europe/Berlin"})").errcode() ==
        "M_GUEST_ACCESS_FORBIDDEN");
  CHECK(guest.del(profile + "/avatar_url").errcode() == "M_GUEST_ACCESS_FORBIDDEN");
  CHECK(guest.del("/devices/" + house.last_device).errcode() == "M_GUEST_ACCESS_FORBIDDEN");
  CHECK(
      guest.put("/profile/" + house.alice.id() + "/displayname", R"({"displayname":"X"})").status ==
      403);
}

TEST_CASE("a room that closes to guests has none left, and nobody else leaves") {
  Guests house;
  const Person bob = house.server.register_user("bob");
  const std::string room = house.open_room();
  const std::string other = house.open_room();
  bob.join(room);
  const Person guest = house.guest();
  guest.join(room);
  guest.join(other);

  house.set_access(room, "forbidden");
  house.sweep();

  CHECK(house.membership(room, house.last_id) == "leave");
  CHECK(house.membership(room, bob.id()) == "join");
  CHECK(house.membership(other, house.last_id) == "join");
}

TEST_CASE("a room that is removed before its guests have left keeps no others from being left") {
  Guests house;
  const Person owner = house.server.register_owner("owner");
  const std::string removed = house.open_room();
  const std::string room = house.open_room();
  const Person guest = house.guest();
  guest.join(removed);
  guest.join(room);

  house.set_access(removed, "forbidden");
  house.set_access(room, "forbidden");
  REQUIRE(owner.del("/_synapse/admin/v1/rooms/" + percent_encode(removed), "{}").status == 200);
  house.sweep();

  CHECK(house.membership(room, house.last_id) == "leave");
}

TEST_CASE("a room whose guest access is redacted closes to guests") {
  Guests house;
  const std::string room = house.alice.create_room();
  const std::string opened = house.set_access(room, "can_join");
  const Person guest = house.guest();
  guest.join(room);
  const std::string said = house.alice.say(room, "hello");
  REQUIRE(house.alice.put("/rooms/" + room + "/redact/" + percent_encode(said) + "/1").status ==
          200);
  house.sweep();
  CHECK(house.membership(room, house.last_id) == "join");

  REQUIRE(house.alice.put("/rooms/" + room + "/redact/" + percent_encode(opened) + "/2").status ==
          200);
  house.sweep();
  CHECK(house.membership(room, house.last_id) == "leave");
}

TEST_CASE("guests whom a stop of the server left in a closed room leave it afterwards") {
  Guests house;
  const std::string room = house.open_room();
  const std::string other = house.open_room();
  const Person guest = house.guest();
  guest.join(room);
  guest.join(other);
  house.set_access(room, "forbidden");
  house.server.restart();

  house.server.scheduler().run(house.server.composition().room_modules().guest_departures.resume());

  CHECK(house.membership(room, house.last_id) == "leave");
  CHECK(house.membership(other, house.last_id) == "join");
}

TEST_CASE("a guest becomes a person by their token, under their name, and stays in their rooms") {
  Guests house;
  const std::string room = house.open_room();
  const Person guest = house.guest();
  guest.join(room);
  const std::string name = house.last_id.substr(1, house.last_id.find(':') - 1);
  const auto upgrade = [&](const std::string& username, const std::string& token) {
    return house.server.stranger().post(
        "/register", fmt::format(R"({{"username":"{}","password":"correct horse battery",
            "guest_access_token":"{}","auth":{{"type":"m.login.dummy"}}}})",
                                 username, token));
  };

  CHECK(upgrade("someone", guest.token()).errcode() == "M_INVALID_USERNAME");
  CHECK(upgrade(name, house.alice.token()).errcode() == "M_FORBIDDEN");
  CHECK(upgrade(name, "nothing").errcode() == "M_FORBIDDEN");
  CHECK(upgrade(name, "").status == 403);
  const ApiAnswer upgraded = upgrade(name, guest.token());
  REQUIRE(upgraded.status == 200);
  CHECK(upgraded.text("user_id") == house.last_id);

  Person person = house.server.stranger();
  person.set_token(upgraded.text("access_token"));
  CHECK_FALSE(find_at(person.get("/account/whoami").json, "/is_guest")->as_bool());
  CHECK(person.post("/createRoom").status == 200);
  person.say(room, "still here");
  CHECK(upgrade(name, guest.token()).errcode() == "M_FORBIDDEN");
  CHECK(house.server.stranger()
            .post("/login", fmt::format(R"({{"type":"m.login.password",
                "identifier":{{"type":"m.id.user","user":"{}"}},
                "password":"correct horse battery"}})",
                                        name))
            .status == 200);
  house.set_access(room, "forbidden");
  house.sweep();
  CHECK(house.membership(room, house.last_id) == "join");
}

}  // namespace
}  // namespace chancery::scenario
