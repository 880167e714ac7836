// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/room_api.hpp"

#include <doctest/doctest.h>

namespace chancery::client {
namespace {

using support::ApiAnswer;
using support::ApiClient;
using support::RoomApi;

const std::string kCreate = "/_matrix/client/v3/createRoom";
const std::string kMessage = R"({"msgtype":"m.text","body":"hello"})";

std::string joined(RoomApi& api, const std::string& room, const std::string& who) {
  return api.client(who).post(RoomApi::path(room, "join")).text("room_id");
}

TEST_CASE("a room is made, joined and spoken in") {
  RoomApi api;
  const std::string room = api.create("alice");
  REQUIRE(joined(api, room, "bob") == room);

  const ApiAnswer sent =
      api.client("bob").put(RoomApi::path(room, "send/m.room.message/t1"), kMessage);

  CHECK(sent.status == 200);
  const ApiAnswer page = api.client("alice").get(RoomApi::path(room, "messages?dir=b&limit=1"));
  CHECK(page.body.find(sent.text("event_id")) != std::string::npos);
  CHECK(page.body.find(R"("transaction_id")") == std::string::npos);
}

TEST_CASE("createRoom says what is wrong with what it is given") {
  RoomApi api;
  ApiClient alice = api.client("alice");
  const auto error = [&](std::string body) { return alice.post(kCreate, body).errcode(); };
  CHECK(error(R"({"room_version":1})") == "M_BAD_JSON");
  CHECK(error(R"({"room_version":"next"})") == "M_UNSUPPORTED_ROOM_VERSION");
  CHECK(error(R"({"preset":"castle"})") == "M_INVALID_PARAM");
  CHECK(error(R"({"visibility":"maybe"})") == "M_INVALID_PARAM");
  CHECK(error(R"({"invite":["bob"]})") == "M_INVALID_PARAM");
  CHECK(error(R"({"invite":[7]})") == "M_BAD_JSON");
  CHECK(error(R"({"name":7})") == "M_BAD_JSON");
  CHECK(error(R"({"room_alias_name":"a:b"})") == "M_INVALID_PARAM");
  CHECK(error(R"({"initial_state":[{"type":"a"}]})") == "M_BAD_JSON");
  CHECK(error(R"({"creation_content":{"x":0.5}})") == "M_BAD_JSON");
  CHECK(error(R"({"invite_3pid":[{"medium":"email"}]})") == "M_MISSING_PARAM");
  CHECK(error(R"({"invite_3pid":[{"medium":"email","address":"a@b.c","id_server":"id.example",
                                  "id_access_token":"token"}]})") == "M_SERVER_NOT_TRUSTED");
  CHECK(error(R"({"creation_content":{"m.federate":"x"}})") == "M_BAD_JSON");
  const ApiAnswer creators = api.client("alice").post(
      kCreate, R"({"room_version":"12","creation_content":{"additional_creators":["bad"]}})");
  CHECK(creators.errcode() == "M_BAD_JSON");
  CHECK(creators.text("error").find("additional_creators") != std::string::npos);
  CHECK(error("[") == "M_NOT_JSON");
  CHECK(api.house()->rooms.numbers().empty());
}

TEST_CASE("a list of rooms of negative length is refused") {
  RoomApi api;
  const std::string path = "/_matrix/client/v3/publicRooms";
  CHECK(api.client("alice").get(path + "?limit=-1").errcode() == "M_INVALID_PARAM");
  CHECK(api.client("alice").post(path, R"({"limit":-1})").errcode() == "M_INVALID_PARAM");
  CHECK(api.client("alice").post(path, R"({"limit":0})").status == 200);
}

TEST_CASE("members are told that somebody is in already, others are not") {
  RoomApi api;
  const std::string room = api.create("alice", R"({"preset":"public_chat"})");
  REQUIRE(api.client("bob").post(RoomApi::path(room, "join"), "{}").status == 200);
  const auto invite = [&](const std::string& who) {
    return api.client(who).post(RoomApi::path(room, "invite"), R"({"user_id":"@bob:example.org"})");
  };
  CHECK(invite("alice").errcode() == "M_FORBIDDEN");
  CHECK(invite("alice").text("error") == "This person is in the room already");
  CHECK(invite("carol").text("error") == "You are not in this room");
}

TEST_CASE("an alias that is taken is M_ROOM_IN_USE for a room and 409 for an alias") {
  RoomApi api;
  const std::string room = api.create("alice", R"({"room_alias_name":"ward"})");

  CHECK(api.client("bob").post(kCreate, R"({"room_alias_name":"ward"})").errcode() ==
        "M_ROOM_IN_USE");
  const ApiAnswer again = api.client("alice").put(
      "/_matrix/client/v3/directory/room/%23ward:example.org", "{\"room_id\":\"" + room + "\"}");
  CHECK(again.status == 409);
  CHECK(api.client("bob")
            .get("/_matrix/client/v3/directory/room/%23ward:example.org")
            .text("room_id") == room);
}

TEST_CASE("what is not JSON, not canonical or not an object is no event") {
  RoomApi api;
  const std::string room = api.create("alice");
  ApiClient alice = api.client("alice");
  const auto error = [&](std::string body) {
    return alice.put(RoomApi::path(room, "send/m.room.message/t"), std::move(body)).errcode();
  };
  CHECK(error("{") == "M_NOT_JSON");
  CHECK(error("") == "M_NOT_JSON");
  CHECK(error("[]") == "M_BAD_JSON");
  CHECK(error(R"({"a":1.5})") == "M_BAD_JSON");
  CHECK(error(R"({"a":9007199254740992})") == "M_BAD_JSON");
  CHECK(error(R"({"a":NaN})") == "M_NOT_JSON");
  CHECK(error(R"({"a":)" + std::string(200, '[') + std::string(200, ']') + "}") == "M_BAD_JSON");
  CHECK(error("{\"a\":\"" + std::string(70'000, 'x') + "\"}") == "M_TOO_LARGE");
  CHECK(error(R"({"a":9007199254740991})") == "");
}

TEST_CASE("state is put with a key, with an empty one and without one") {
  RoomApi api;
  const std::string room = api.create("alice");
  ApiClient alice = api.client("alice");

  CHECK(alice.put(RoomApi::path(room, "state/m.room.name"), R"({"name":"A"})").status == 200);
  CHECK(alice.get(RoomApi::path(room, "state/m.room.name/")).text("name") == "A");
  CHECK(alice.put(RoomApi::path(room, "state/m.room.name/"), R"({"name":"B"})").status == 200);
  CHECK(alice.get(RoomApi::path(room, "state/m.room.name")).text("name") == "B");
  CHECK(alice.put(RoomApi::path(room, "state/org.example/a%2Fb"), R"({"x":"C"})").status == 200);
  CHECK(alice.get(RoomApi::path(room, "state/org.example/a%2Fb")).text("x") == "C");
  CHECK(alice.put(RoomApi::path(room, "state/org.example/" + std::string(256, 'k'))).status == 413);
}

TEST_CASE("those outside a room learn nothing of it and do nothing in it") {
  RoomApi api;
  const std::string room = api.create("alice", R"({"name":"secret"})");
  ApiClient mallory = api.client("mallory");

  for (const std::string rest :
       {"messages?dir=b", "state", "state/m.room.name", "members", "joined_members", "aliases"}) {
    CAPTURE(rest);
    CHECK(mallory.get(RoomApi::path(room, rest)).status == 403);
  }
  CHECK(mallory.put(RoomApi::path(room, "send/m.room.message/t"), kMessage).status == 403);
  CHECK(mallory.put(RoomApi::path(room, "state/m.room.name"), R"({"name":"x"})").status == 403);
  CHECK(mallory.post(RoomApi::path(room, "invite"), R"({"user_id":"@m:example.org"})").status ==
        403);
  CHECK(mallory.post(RoomApi::path(room, "kick"), R"({"user_id":"@alice:example.org"})").status ==
        403);
  CHECK(mallory.post(RoomApi::path(room, "upgrade"), R"({"new_version":"12"})").status == 403);
  CHECK(mallory.post(RoomApi::path(room, "join")).status == 403);
  CHECK(mallory.put(RoomApi::path(room, "typing/@mallory:example.org"), R"({"typing":true})")
            .status == 403);
}

TEST_CASE("a forgotten room is closed until one comes back") {
  RoomApi api;
  const std::string room = api.create("alice");
  joined(api, room, "bob");
  ApiClient bob = api.client("bob");
  CHECK(bob.post(RoomApi::path(room, "forget")).status == 400);
  CHECK(bob.post(RoomApi::path(room, "leave")).status == 200);
  CHECK(bob.get(RoomApi::path(room, "messages?dir=b")).status == 200);
  CHECK(bob.post(RoomApi::path(room, "forget")).status == 200);
  CHECK(bob.get(RoomApi::path(room, "messages?dir=b")).status == 403);
  CHECK(joined(api, room, "bob") == room);
  CHECK(bob.get(RoomApi::path(room, "messages?dir=b")).status == 200);
}

TEST_CASE("a repeated transaction is answered with the first event") {
  RoomApi api;
  const std::string room = api.create("alice");
  const std::string path = RoomApi::path(room, "send/m.room.message/t1");

  const std::string first = api.client("alice").put(path, kMessage).text("event_id");

  CHECK(api.client("alice").put(path, kMessage).text("event_id") == first);
  CHECK(api.client("alice/TABLET").put(path, kMessage).text("event_id") != first);
}

TEST_CASE("a redaction leaves nothing to read") {
  RoomApi api;
  const std::string room = api.create("alice");
  ApiClient alice = api.client("alice");
  const std::string event =
      alice.put(RoomApi::path(room, "send/m.room.message/t1"), kMessage).text("event_id");

  CHECK(alice.put(RoomApi::path(room, "redact/" + event + "/t2"), R"({"reason":"oops"})").status ==
        200);

  const ApiAnswer shown = alice.get(RoomApi::path(room, "event/" + event));
  CHECK(shown.body.find("hello") == std::string::npos);
  CHECK(shown.body.find("oops") != std::string::npos);
  CHECK(alice.put(RoomApi::path(room, "redact/$nothing/t3")).status == 404);
}

TEST_CASE("public rooms are listed for everyone, and another server's for nobody") {
  RoomApi api;
  const std::string room =
      api.create("alice", R"({"visibility":"public","name":"Pharmacy","topic":"Pills"})");
  api.create("alice", R"({"name":"Hidden"})");
  ApiClient bob = api.client("bob");

  const ApiAnswer all = bob.get("/_matrix/client/v3/publicRooms");
  CHECK(all.body.find(room) != std::string::npos);
  CHECK(all.body.find("Hidden") == std::string::npos);
  CHECK(bob.post("/_matrix/client/v3/publicRooms", R"({"filter":{"generic_search_term":"pill"}})")
            .body.find(room) != std::string::npos);
  CHECK(
      bob.post("/_matrix/client/v3/publicRooms", R"({"filter":{"generic_search_term":"canteen"}})")
          .body.find(room) == std::string::npos);
  CHECK(bob.get("/_matrix/client/v3/publicRooms?server=elsewhere.org").status == 404);
  CHECK(bob.get("/_matrix/client/v3/publicRooms?since=nonsense").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("receipts must name the thread that their event is in") {
  RoomApi api;
  const std::string room = api.create("alice");
  ApiClient alice = api.client("alice");
  const std::string root =
      alice.put(RoomApi::path(room, "send/m.room.message/t1"), kMessage).text("event_id");
  const std::string reply =
      alice
          .put(
              RoomApi::path(room, "send/m.room.message/t2"),
              R"({"body":"x","m.relates_to":{"rel_type":"m.thread","event_id":")" + root + R"("}})")
          .text("event_id");
  const auto mark = [&](const std::string& event, const std::string& body) {
    return alice.post(RoomApi::path(room, "receipt/m.read/" + event), body).status;
  };
  CHECK(mark(reply, "{\"thread_id\":\"" + root + "\"}") == 200);
  CHECK(mark(reply, R"({"thread_id":"main"})") == 400);
  CHECK(mark(root, R"({"thread_id":"main"})") == 200);
  CHECK(mark(root, R"({"thread_id":""})") == 400);
  CHECK(mark(reply, "{}") == 200);
  CHECK(api.client("mallory").post(RoomApi::path(room, "receipt/m.read/" + root)).status == 403);
}

TEST_CASE("threads are listed with the newest reply first") {
  RoomApi api;
  const std::string room = api.create("alice");
  joined(api, room, "bob");
  ApiClient alice = api.client("alice");
  int transactions = 0;
  const auto say = [&](ApiClient& who, const std::string& root) {
    const std::string relation =
        root.empty() ? ""
                     : R"(,"m.relates_to":{"rel_type":"m.thread","event_id":")" + root + R"("})";
    return who
        .put(RoomApi::path(room, "send/m.room.message/n" + std::to_string(++transactions)),
             R"({"body":"x")" + relation + "}")
        .text("event_id");
  };
  ApiClient bob = api.client("bob");
  const std::string first = say(alice, "");
  const std::string second = say(alice, "");
  say(alice, second);
  say(bob, first);

  const std::string path = "/_matrix/client/v1/rooms/" + room + "/threads";
  const ApiAnswer all = alice.get(path);
  REQUIRE(all.status == 200);
  const base::JsonArray& chunk = *base::find_array(all.object(), "chunk");
  REQUIRE(chunk.size() == 2);
  CHECK(base::find_string(chunk[0].get_object(), "event_id") == first);
  const ApiAnswer page = alice.get(path + "?limit=1");
  const ApiAnswer rest = alice.get(path + "?limit=1&from=" + page.text("next_batch"));
  CHECK(base::find_string(base::find_array(rest.object(), "chunk")->at(0).get_object(),
                          "event_id") == second);
  const ApiAnswer own = bob.get(path + "?include=participated");
  CHECK(base::find_array(own.object(), "chunk")->size() == 1);
}

TEST_CASE("a report tells those outside nothing of what there is") {
  RoomApi api;
  const std::string room = api.create("alice");
  ApiClient alice = api.client("alice");
  const std::string event =
      alice.put(RoomApi::path(room, "send/m.room.message/t1"), kMessage).text("event_id");

  CHECK(alice.post(RoomApi::path(room, "report/" + event), R"({"reason":"rude"})").status == 200);
  const std::string nowhere = "!nothing:example.org";
  const auto by_mallory = [&](const std::string& of, const std::string& rest) {
    const ApiAnswer answer = api.client("mallory").post(RoomApi::path(of, rest));
    return std::pair(answer.status, answer.body);
  };
  CHECK(by_mallory(room, "report/" + event).first == 404);
  CHECK(by_mallory(room, "report/" + event) == by_mallory(nowhere, "report/" + event));
  CHECK(by_mallory(room, "report/" + event) == by_mallory(room, "report/$nothing"));
  CHECK(by_mallory(room, "report").first == 200);
  CHECK(by_mallory(room, "report") == by_mallory(nowhere, "report"));
  // A member learns that there is no such event.
  CHECK(alice.post(RoomApi::path(room, "report/$nothing")).status == 404);
}

}  // namespace
}  // namespace chancery::client
