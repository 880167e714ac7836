// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What application services may do, as whom, and what others may not do because of them.
#include "storage/accounts.hpp"
#include "tests/scenario/bridge.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr std::string_view kOtherFile = R"(id: other
url: null
as_token: other-service
hs_token: other-server
sender_localpart: other-bot
namespaces:
  users:
    - exclusive: false
      regex: '@_o_.*'
)";

std::string registration(const std::string& name, const std::string& extra = "") {
  return R"({"type":"m.login.application_service","username":")" + name + "\"" + extra + "}";
}

TEST_CASE("without user_id a service acts as its sender, who is there from the start") {
  Bridge bridge;
  const ApiAnswer who = bridge.service().get("/account/whoami");
  CHECK(who.status == 200);
  CHECK(who.text("user_id") == "@bridge-bot:x");
  CHECK_FALSE(who.object().contains("device_id"));
  CHECK_FALSE(bridge.service().create_room().empty());
  CHECK(bridge.service().get("/profile/@bridge-bot:x").status == 200);
}

TEST_CASE("a service acts as its ghosts and nobody else") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  bridge.make_ghost("anna");
  const Person service = bridge.service();

  CHECK(service.get("/account/whoami?user_id=@_b_anna:x").text("user_id") == "@_b_anna:x");
  CHECK(service.get("/account/whoami?user_id=@alice:x").errcode() == "M_FORBIDDEN");
  CHECK(service.get("/account/whoami?user_id=@_b_nobody:x").errcode() == "M_FORBIDDEN");
  CHECK(service.get("/account/whoami?user_id=@_b_anna:elsewhere").errcode() == "M_FORBIDDEN");
  CHECK(service.get("/account/whoami?user_id=anna").errcode() == "M_INVALID_PARAM");
  // What a person writes there means nothing.
  CHECK(alice.get("/account/whoami?user_id=@_b_anna:x").text("user_id") == "@alice:x");
  Person thief = bridge.server().stranger();
  thief.set_token("secret-of-the-server");
  CHECK(thief.get("/account/whoami").errcode() == "M_UNKNOWN_TOKEN");
}

TEST_CASE("a service that acts as an owner of the server acts as that person, not as an owner") {
  Bridge bridge;
  bridge.make_ghost("anna");
  bridge.server().make_owner("@_b_anna:x");
  const Person service = bridge.service();
  const std::string anna = "?user_id=@_b_anna:x";

  CHECK(service.get("/account/whoami" + anna).text("user_id") == "@_b_anna:x");
  CHECK(service.post("/createRoom" + anna).status == 200);
  for (const char* path : {"/_synapse/admin/v2/users", "/_synapse/admin/v1/rooms",
                           "/_synapse/admin/v1/users/@bridge-bot:x/admin"}) {
    CHECK(service.get(path + anna).errcode() == "M_FORBIDDEN");
  }
}

TEST_CASE("a service is told who is in a room if one of its users is, and no one else") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  bridge.make_ghost("anna");
  bridge.make_ghost("ben");
  const std::string room = alice.create_room();
  const std::string other = alice.create_room(R"({"preset":"private_chat"})");
  REQUIRE(bridge.service().post("/rooms/" + room + "/join?user_id=@_b_anna:x").status == 200);
  const auto ask = [&](const std::string& of, const std::string& as) {
    return bridge.service().get("/rooms/" + of + "/joined_members" + as);
  };

  CHECK(ask(room, "?user_id=@_b_anna:x").status == 200);
  const ApiAnswer by_other = ask(room, "?user_id=@_b_ben:x");
  REQUIRE(by_other.status == 200);
  CHECK(find_at(by_other.json, "/joined/@alice:x") != nullptr);
  CHECK(ask(room, "").status == 200);
  CHECK(ask(other, "").status == 403);
  CHECK(ask("!nowhere:x", "").status == 403);
  CHECK(bridge.server().register_user("bob").get("/rooms/" + room + "/joined_members").status ==
        403);
}

TEST_CASE("a service acts as a device under either name of the parameter, if it is there") {
  Bridge bridge;
  bridge.make_ghost("anna");
  const Person service = bridge.service();
  const std::string anna = "?user_id=@_b_anna:x";
  CHECK(service.get("/account/whoami" + anna + "&device_id=D").errcode() == "M_UNKNOWN_DEVICE");
  CHECK(service.put("/devices/D" + anna, R"({"display_name":"bridge"})").status == 201);
  CHECK(service.put("/devices/D" + anna, R"({"display_name":"renamed"})").status == 200);

  CHECK(service.get("/account/whoami" + anna + "&device_id=D").text("device_id") == "D");
  CHECK(
      service.get("/account/whoami" + anna + "&org.matrix.msc3202.device_id=D").text("device_id") ==
      "D");
  CHECK(service.get("/account/whoami?device_id=D").errcode() == "M_UNKNOWN_DEVICE");
  CHECK(service.get("/devices/D" + anna).text("display_name") == "renamed");
  CHECK(service.post("/keys/upload" + anna, "{}").errcode() == "M_MISSING_PARAM");
  CHECK(service.post("/keys/upload" + anna + "&device_id=D", "{}").status == 200);
  CHECK(service.del("/devices/D" + anna).status == 200);
  CHECK(service.get("/devices/D" + anna).status == 404);
  CHECK(service.post("/delete_devices" + anna, R"({"devices":["D"]})").status == 200);
  // A person makes no device so, and proves who they are before one goes.
  const Person alice = bridge.server().register_user("alice");
  CHECK(alice.put("/devices/NEW", "{}").status == 404);
  CHECK(alice.del("/devices/" + alice.device()).status == 401);
}

TEST_CASE("a ghost that is suspended looks on, and does not speak by its service") {
  Bridge bridge;
  bridge.make_ghost("anna");
  const Person service = bridge.service();
  const std::string anna = "?user_id=@_b_anna:x";
  const ApiAnswer made = service.post("/createRoom" + anna);
  REQUIRE(made.status == 200);
  bridge.server().scheduler().run(bridge.server().composition().accounts().accounts.set_suspended(
      "server", protocol::UserId::trusted("@_b_anna:x"), accounts::Accounts::Suspended::yes));

  const std::string room = "/rooms/" + percent_encode(made.text("room_id"));
  const ApiAnswer refused = service.put(room + "/send/m.room.message/1" + anna, message_of("psst"));
  CHECK(refused.status == 403);
  CHECK(refused.errcode() == "M_USER_SUSPENDED");
  CHECK(service.post("/createRoom" + anna).errcode() == "M_USER_SUSPENDED");
  CHECK(service.get(room + "/state" + anna).status == 200);
}

TEST_CASE("a ghost that was locked or deactivated acts no more, by whichever way") {
  Bridge bridge;
  bridge.make_ghost("anna");
  bridge.make_ghost("ben");
  auto& accounts = bridge.server().composition().accounts().accounts;
  bridge.server().scheduler().run(accounts.set_locked(
      "server", protocol::UserId::trusted("@_b_anna:x"), accounts::Accounts::Locked::yes));
  const Person service = bridge.service();
  REQUIRE(service.post("/account/deactivate?user_id=@_b_ben:x").status == 200);

  CHECK(service.get("/account/whoami?user_id=@_b_anna:x").errcode() == "M_USER_LOCKED");
  CHECK(service.get("/account/whoami?user_id=@_b_ben:x").errcode() == "M_USER_DEACTIVATED");
  const auto log_in = [&](const std::string& name) {
    return service.post(
        "/login",
        R"({"type":"m.login.application_service","identifier":{"type":"m.id.user","user":")" +
            name + "\"}}");
  };
  CHECK(log_in("_b_anna").errcode() == "M_USER_LOCKED");
  CHECK(log_in("@_b_ben:x").errcode() == "M_USER_DEACTIVATED");
  CHECK(service.post("/register", registration("_b_ben")).errcode() == "M_USER_IN_USE");
}

TEST_CASE("only a service registers its ghosts, and only in its namespaces") {
  Bridge bridge({std::string(kBridgeFile), std::string(kOtherFile)});
  const Person service = bridge.service();
  Person other = bridge.server().stranger();
  other.set_token("other-service");

  CHECK(service.post("/register", registration("_b_anna", R"(,"inhibit_login":true)")).status ==
        200);
  CHECK(service.post("/register", registration("_b_anna")).errcode() == "M_USER_IN_USE");
  CHECK(service.post("/register", registration("carol")).errcode() == "M_EXCLUSIVE");
  CHECK(service.post("/register", R"({"type":"m.login.application_service"})").errcode() ==
        "M_MISSING_PARAM");
  CHECK(other.post("/register", registration("_b_ben")).errcode() == "M_EXCLUSIVE");
  CHECK(other.post("/register", registration("_o_ben")).status == 200);
  CHECK(bridge.server().stranger().post("/register", registration("_b_x")).errcode() ==
        "M_MISSING_TOKEN");
  const Person alice = bridge.server().register_user("alice");
  const ApiAnswer refused = alice.post("/register", registration("_b_x"));
  CHECK(refused.errcode() == "M_UNKNOWN_TOKEN");
  CHECK(refused.status == 401);
}

TEST_CASE("a service registers as many ghosts as it likes where its file says so") {
  Bridge bridge({std::string(kBridgeFile), std::string(kOtherFile)});
  for (int i = 0; i < 20; ++i) bridge.make_ghost(std::to_string(i));
  Person other = bridge.server().stranger();
  other.set_token("other-service");
  std::string code;
  for (int i = 0; i < 20 && code.empty(); ++i) {
    code = other.post("/register", registration("_o_" + std::to_string(i))).errcode();
  }
  CHECK(code == "M_LIMIT_EXCEEDED");
}

TEST_CASE("a ghost that is signed in has a token of its own") {
  Bridge bridge;
  const Person service = bridge.service();
  const ApiAnswer registered = service.post("/register", registration("_b_anna"));
  REQUIRE(registered.status == 200);
  Person anna = bridge.server().stranger();
  anna.set_token(registered.text("access_token"));
  CHECK(anna.get("/account/whoami").text("user_id") == "@_b_anna:x");

  const ApiAnswer again =
      service.post("/login", R"({"type":"m.login.application_service","device_id":"BRIDGE",)"
                             R"("identifier":{"type":"m.id.user","user":"_b_anna"}})");
  REQUIRE(again.status == 200);
  anna.set_token(again.text("access_token"));
  CHECK(anna.get("/account/whoami").text("device_id") == "BRIDGE");
  const ApiAnswer flows = bridge.server().stranger().get("/login");
  CHECK(flows.body.find("m.login.application_service") != std::string::npos);

  const auto log_in = [](const Person& by, const std::string& name) {
    return by
        .post("/login",
              R"({"type":"m.login.application_service","identifier":{"type":"m.id.user","user":")" +
                  name + "\"}}")
        .errcode();
  };
  CHECK(log_in(service, "alice") == "M_EXCLUSIVE");
  CHECK(log_in(service, "_b_nobody") == "M_FORBIDDEN");
  CHECK(log_in(bridge.server().stranger(), "_b_anna") == "M_MISSING_TOKEN");
  // Nobody gives a ghost a password.
  CHECK(service
            .post("/account/password?user_id=@_b_anna:x",
                  R"({"new_password":"a long enough password"})")
            .errcode() == "M_FORBIDDEN");
}

TEST_CASE("a service that makes its devices itself is not signed in by the old ways") {
  Bridge bridge({std::string(kBridgeFile) + "io.element.msc4190: true\n"});
  const Person service = bridge.service();
  CHECK(service.post("/register", registration("_b_anna")).errcode() ==
        "M_APPSERVICE_LOGIN_UNSUPPORTED");
  CHECK(service.post("/register", registration("_b_anna", R"(,"inhibit_login":true)")).status ==
        200);
  CHECK(service
            .post("/login", R"({"type":"m.login.application_service",)"
                            R"("identifier":{"type":"m.id.user","user":"_b_anna"}})")
            .errcode() == "M_APPSERVICE_LOGIN_UNSUPPORTED");
}

TEST_CASE("people get no name that is a service's alone") {
  Bridge bridge;
  bridge.server().config().registration.mode = server::RegistrationMode::open;
  bridge.server().config().registration.allow_dummy = true;
  bridge.restart();
  const Person stranger = bridge.server().stranger();
  const std::string rest =
      R"(","password":"a long enough password","auth":{"type":"m.login.dummy"}})";

  CHECK(stranger.post("/register", R"({"username":"_b_carol)" + rest).errcode() == "M_EXCLUSIVE");
  CHECK(stranger.post("/register", R"({"username":"_B_carol)" + rest).errcode() == "M_EXCLUSIVE");
  CHECK(stranger.get("/register/available?username=_b_carol").errcode() == "M_EXCLUSIVE");
  CHECK(stranger.post("/register", R"({"username":"carol)" + rest).status == 200);
}

TEST_CASE("people neither make nor remove an alias that is a service's alone") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  const Person service = bridge.service();
  const std::string room = alice.create_room();
  const std::string body = R"({"room_id":")" + room + "\"}";
  REQUIRE(service.post("/rooms/" + room + "/join").status == 200);

  CHECK(alice.put("/directory/room/%23_b_one:x", body).errcode() == "M_EXCLUSIVE");
  CHECK(alice.post("/createRoom", R"({"room_alias_name":"_b_two"})").errcode() == "M_EXCLUSIVE");
  CHECK(service.put("/directory/room/%23mine:x", body).errcode() == "M_EXCLUSIVE");
  CHECK(service.put("/directory/room/%23_b_one:x", body).status == 200);
  CHECK(alice.del("/directory/room/%23_b_one:x").errcode() == "M_EXCLUSIVE");
  CHECK(alice.get("/directory/room/%23_b_one:x").text("room_id") == room);
  CHECK(alice.put("/directory/room/%23mine:x", body).status == 200);
}

TEST_CASE("a service says when an event was sent, and nobody else does") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  const Person service = bridge.service();
  REQUIRE(service.post("/rooms/" + room + "/join").status == 200);
  REQUIRE(alice
              .put("/rooms/" + room + "/state/m.room.power_levels",
                   R"({"users":{"@alice:x":100,"@bridge-bot:x":100}})")
              .status != 500);
  const auto time_of = [&](const ApiAnswer& sent) {
    REQUIRE(sent.status == 200);
    const ApiAnswer event = alice.get("/rooms/" + room + "/event/" + sent.text("event_id"));
    return base::find_integer(event.object(), "origin_server_ts").value();
  };
  const std::string send = "/rooms/" + room + "/send/m.room.message/";

  CHECK(time_of(service.put(send + "a?ts=1234", message_of("old"))) == 1234);
  CHECK(time_of(alice.put(send + "b?ts=1234", message_of("now"))) != 1234);
  CHECK(service.put(send + "c?ts=-1", message_of("no")).errcode() == "M_INVALID_PARAM");
  CHECK(service.put(send + "d?ts=9007199254740992", message_of("no")).errcode() ==
        "M_INVALID_PARAM");
  CHECK(service.put(send + "e?ts=soon", message_of("no")).errcode() == "M_INVALID_PARAM");
  const std::string own = service.create_room();
  const ApiAnswer named =
      service.put("/rooms/" + own + "/state/m.room.topic?ts=4321", R"({"topic":"t"})");
  const ApiAnswer event = service.get("/rooms/" + own + "/event/" + named.text("event_id"));
  CHECK(base::find_integer(event.object(), "origin_server_ts") == 4321);
}

TEST_CASE("a time of another age puts an event nowhere but where it came") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  const Person service = bridge.service();
  REQUIRE(service.post("/rooms/" + room + "/join").status == 200);
  const std::string since = alice.position();
  const std::string send = "/rooms/" + room + "/send/m.room.message/";

  alice.say(room, "first");
  REQUIRE(service.put(send + "a?ts=9007199254740991", message_of("second")).status == 200);
  REQUIRE(service.put(send + "b?ts=0", message_of("third")).status == 200);
  alice.say(room, "fourth");

  const std::vector<std::string> as_it_came{"first", "second", "third", "fourth"};
  CHECK(messages_in(alice.sync(since), room) == as_it_came);
  CHECK(all_messages(alice, room) == as_it_came);
  bridge.server().restart();
  CHECK(all_messages(alice, room) == as_it_came);
}

TEST_CASE("a transaction of a ghost that has no device is repeated without effect") {
  Bridge bridge;
  bridge.make_ghost("anna");
  bridge.make_ghost("ben");
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  bridge.join("anna", room);
  bridge.join("ben", room);
  const auto send = [&](const std::string& name) {
    return bridge.service()
        .put("/rooms/" + room + "/send/m.room.message/t1?user_id=@_b_" + name + ":x",
             message_of("one"))
        .text("event_id");
  };
  const std::string first = send("anna");
  CHECK_FALSE(first.empty());
  CHECK(send("anna") == first);
  CHECK(send("ben") != first);
  // The id is shown to whose it is, and to no other ghost, though neither has a device.
  const auto shown_to = [&](const std::string& name) {
    return find_at(bridge.service()
                       .get("/rooms/" + room + "/event/" + first + "?user_id=@_b_" + name + ":x")
                       .json,
                   "/unsigned/transaction_id") != nullptr;
  };
  CHECK(shown_to("anna"));
  CHECK_FALSE(shown_to("ben"));
}

TEST_CASE("a service is not slowed down where its file says so, and people are") {
  Bridge bridge;
  bridge.server().config().limits.message_burst = 3;
  bridge.restart();
  bridge.make_ghost("anna");
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  bridge.join("anna", room);
  for (int i = 0; i < 20; ++i) {
    const ApiAnswer sent = bridge.service().put(
        "/rooms/" + room + "/send/m.room.message/t" + std::to_string(i) + "?user_id=@_b_anna:x",
        message_of("fast"));
    CHECK(sent.status == 200);
  }
  std::string code;
  for (int i = 0; i < 20 && code.empty(); ++i) {
    code = alice
               .put("/rooms/" + room + "/send/m.room.message/t" + std::to_string(i),
                    message_of("fast"))
               .errcode();
  }
  CHECK(code == "M_LIMIT_EXCEEDED");
}

TEST_CASE("a service has cross-signing keys of its ghosts replaced without a password") {
  Bridge bridge;
  bridge.make_ghost("anna");
  // Refused for what they are, not for who asks: no challenge comes.
  const ApiAnswer answer = bridge.service().post("/keys/device_signing/upload?user_id=@_b_anna:x",
                                                 R"({"master_key":{"user_id":"@_b_anna:x"}})");
  CHECK(answer.status == 400);
}

TEST_CASE("a service shows rooms on its networks, and clients look there when they ask") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room(R"({"name":"pigeons","preset":"public_chat"})");
  const std::string own = alice.create_room(R"({"name":"own","visibility":"public"})");
  const std::string path = "/directory/list/appservice/north/" + room;
  const std::string shown = R"({"visibility":"public"})";

  CHECK(alice.put(path, shown).errcode() == "M_FORBIDDEN");
  CHECK(bridge.service().put(path, R"({"visibility":"maybe"})").errcode() == "M_INVALID_PARAM");
  CHECK(bridge.service().put(path, "{}").errcode() == "M_MISSING_PARAM");
  CHECK(bridge.service().put("/directory/list/appservice/north/!nowhere:x", shown).errcode() ==
        "M_NOT_FOUND");
  REQUIRE(bridge.service().put(path, shown).status == 200);
  bridge.restart();
  const auto search = [&](const std::string& body) {
    const ApiAnswer answer = alice.post("/publicRooms", body);
    std::vector<std::string> names;
    for (const base::Json& each : answer.object().at("chunk").as_array()) {
      names.push_back(text_at(each, "/name"));
    }
    std::ranges::sort(names);
    return names;
  };
  using Names = std::vector<std::string>;
  CHECK(search("{}") == Names{"own"});
  CHECK(search(R"({"third_party_instance_id":"bridge|north"})") == Names{"pigeons"});
  CHECK(search(R"({"third_party_instance_id":"bridge|south"})").empty());
  CHECK(search(R"({"third_party_instance_id":"north"})").empty());
  CHECK(search(R"({"include_all_networks":true})") == Names{"own", "pigeons"});
  CHECK(alice
            .post("/publicRooms",
                  R"({"include_all_networks":true,"third_party_instance_id":"bridge|north"})")
            .errcode() == "M_INVALID_PARAM");
  REQUIRE(bridge.service().put(path, R"({"visibility":"private"})").status == 200);
  CHECK(search(R"({"third_party_instance_id":"bridge|north"})").empty());
}

}  // namespace
}  // namespace chancery::scenario
