// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// What this server asks of application services: users and rooms that are not there yet, other
// networks, and whether they are reached at all.
#include "tests/scenario/bridge.hpp"

#include <doctest/doctest.h>

namespace chancery::scenario {
namespace {

constexpr std::string_view kPlace = "http://bridge.example:9000/_matrix/app/";

http::OutboundResult answered(unsigned status, std::string body) {
  return http::OutboundResponse{.status = status,
                                .headers = {},
                                .body = std::move(body),
                                .url = "http://bridge.example:9000"};
}

// Requests that are no transactions, by what is behind the place.
std::vector<std::string> questions(Bridge& bridge) {
  std::vector<std::string> asked;
  for (const http::OutboundRequest& request : bridge.outside().requests()) {
    const std::string path = request.url.substr(std::min(kPlace.size(), request.url.size()));
    if (request.url.find("/transactions/") == std::string::npos) asked.push_back(path);
  }
  return asked;
}

TEST_CASE("an alias that nobody has is asked for once, of the service whose it would be") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  bridge.outside().answer_with(404, R"({"errcode":"M_NOT_FOUND"})");
  CHECK(alice.get("/directory/room/%23_b_birds:x").errcode() == "M_NOT_FOUND");
  CHECK(alice.get("/directory/room/%23_b_birds:x").errcode() == "M_NOT_FOUND");
  CHECK(alice.get("/directory/room/%23other:x").errcode() == "M_NOT_FOUND");
  CHECK(alice.get("/directory/room/%23_b_birds:elsewhere").errcode() == "M_NOT_FOUND");
  CHECK(questions(bridge) == std::vector<std::string>{"v1/rooms/%23_b_birds%3Ax"});

  // What was not there may be there after a while.
  bridge.server().scheduler().advance(std::chrono::minutes(2));
  CHECK(alice.get("/directory/room/%23_b_birds:x").errcode() == "M_NOT_FOUND");
  CHECK(questions(bridge).size() == 2);
}

TEST_CASE("a join by an alias waits until the service has made the room") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  const Person service = bridge.service();
  const std::string room = service.create_room();
  bridge.outside().answer_by(
      [](const http::OutboundRequest& request) -> std::optional<http::OutboundResult> {
        // No word until its time is over, as if it were making the room.
        if (request.url.find("/rooms/") != std::string::npos) return std::nullopt;
        return answered(200, "{}");
      });
  Pending join = alice.begin(http::Method::post, "/join/%23_b_birds:x");
  bridge.server().scheduler().run_ready();
  REQUIRE_FALSE(join.is_answered());
  const ApiAnswer made =
      service.put("/directory/room/%23_b_birds:x", R"({"room_id":")" + room + "\"}");
  CHECK(made.status == 200);
  CHECK(join.await().errcode() == "M_NOT_FOUND");
  CHECK(alice.post("/join/%23_b_birds:x").status == 200);
}

TEST_CASE("a ghost that is looked up or invited is asked for when it is not there") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  bridge.outside().answer_by([](const http::OutboundRequest& request) {
    if (request.url.find("/users/") != std::string::npos) return answered(404, "{}");
    return answered(200, "{}");
  });
  CHECK(alice.get("/profile/@_b_carol:x").status == 404);
  CHECK(alice.get("/profile/@nobody:x").status == 404);
  const std::string room = alice.create_room(R"({"invite":["@_b_dora:x"]})");
  bridge.settle();

  const auto asked = questions(bridge);
  // The old path is tried where nobody says that it is no path.
  CHECK(asked.front() == "v1/users/%40_b_carol%3Ax");
  CHECK(std::ranges::find(asked, "v1/users/%40_b_dora%3Ax") != asked.end());
  for (const std::string& path : asked) CHECK(path.find("nobody") == std::string::npos);
  CHECK(text_at(bridge.items("events").back(), "/content/membership") == "invite");
}

TEST_CASE("a member who invites many ghosts holds up nothing that the service is told") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  bridge.make_ghost("anna");
  const std::string room = alice.create_room(R"({"invite":["@_b_anna:x"]})");
  bridge.join("anna", room);
  bridge.settle();
  bridge.outside().answer_by(
      [](const http::OutboundRequest& request) -> std::optional<http::OutboundResult> {
        if (request.url.find("/users/") != std::string::npos) return std::nullopt;  // no word
        return answered(200, "{}");
      });

  for (const char* ghost : {"@_b_1:x", "@_b_2:x", "@_b_3:x", "@_b_4:x"}) {
    REQUIRE(alice
                .post("/rooms/" + percent_encode(room) + "/invite",
                      R"({"user_id":")" + std::string(ghost) + "\"}")
                .status == 200);
  }
  alice.say(room, "hello");
  bridge.settle();

  CHECK(bridge.messages() == std::vector<std::string>{"hello"});
}

TEST_CASE("clients see the networks that services describe, and find what is on them") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  bridge.outside().answer_by([](const http::OutboundRequest& request) {
    const auto has = [&](std::string_view part) {
      return request.url.find(part) != std::string::npos;
    };
    if (has("/thirdparty/protocol/pigeon")) {
      return answered(200, R"({"user_fields":["ring"],"location_fields":["loft"],"icon":"",)"
                           R"("field_types":{},"instances":[{"network_id":"north","desc":"North",)"
                           R"("fields":{}}]})");
    }
    if (has("/thirdparty/user/pigeon?ring=7%207")) {
      return answered(200, R"([{"userid":"@_b_7:x","protocol":"pigeon","fields":{}},{"bad":1},7])");
    }
    if (has("/thirdparty/location?alias=%23_b_birds%3Ax")) {
      return answered(200, R"([{"alias":"#_b_birds:x","protocol":"pigeon","fields":{}}])");
    }
    if (has("/thirdparty/")) return answered(404, R"({"errcode":"M_NOT_FOUND"})");
    return answered(200, "{}");
  });
  const ApiAnswer all = alice.get("/thirdparty/protocols");
  CHECK(text_at(all.json, "/pigeon/instances/0/instance_id") == "bridge|north");
  CHECK(alice.get("/thirdparty/protocol/pigeon").status == 200);
  CHECK(alice.get("/thirdparty/protocol/irc").errcode() == "M_NOT_FOUND");
  // Kept: asked once.
  CHECK(questions(bridge).size() == 1);

  CHECK(alice.get("/thirdparty/user/pigeon?ring=7%207").body ==
        R"([{"userid":"@_b_7:x","protocol":"pigeon","fields":{}}])");
  CHECK(alice.get("/thirdparty/location/pigeon?loft=a").body == "[]");
  CHECK(alice.get("/thirdparty/user/irc").status == 404);
  CHECK(alice.get("/thirdparty/location?alias=%23_b_birds:x").json.as_array().size() == 1);
  CHECK(alice.get("/thirdparty/user?userid=@alice:x").body == "[]");
  CHECK(alice.get("/thirdparty/user").errcode() == "M_MISSING_PARAM");
  CHECK(alice.get("/thirdparty/location?alias=birds").errcode() == "M_INVALID_PARAM");
}

TEST_CASE("a server without services knows no networks") {
  ServerUnderTest server;
  const Person alice = server.register_user("alice");
  CHECK(alice.get("/thirdparty/protocols").body == "{}");
  CHECK(alice.get("/thirdparty/protocol/irc").errcode() == "M_NOT_FOUND");
  CHECK(alice.get("/thirdparty/user?userid=@alice:x").body == "[]");
  CHECK(alice.get("/login").body.find("application_service") == std::string::npos);
}

TEST_CASE("a network whose service does not answer is left out, within its patience") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  bridge.outside().answer_by([](const http::OutboundRequest&) { return std::nullopt; });
  const auto before = bridge.server().scheduler().clock().steady_now();
  CHECK(alice.get("/thirdparty/protocols").body == "{}");
  const auto took = bridge.server().scheduler().clock().steady_now() - before;
  CHECK(took <= std::chrono::seconds(11));
  // What it would have found is left out as well: others may have answered.
  CHECK(alice.get("/thirdparty/location/pigeon").body == "[]");
  CHECK(alice.get("/thirdparty/protocol/pigeon").errcode() == "M_NOT_FOUND");
  bridge.outside().answer_with(200, "no JSON");
  CHECK(alice.get("/thirdparty/user/pigeon").body == "[]");
}

TEST_CASE("a service learns whether it is reached, and if not why") {
  Bridge bridge({std::string(kBridgeFile), R"(id: silent
url: null
as_token: silent-service
hs_token: silent-server
sender_localpart: silent-bot
namespaces: {}
)"});
  const Person alice = bridge.server().register_user("alice");
  const Person service = bridge.service();
  const std::string path = "/_matrix/client/v1/appservice/bridge/ping";

  const ApiAnswer fine = service.post(path, R"({"transaction_id":"mine"})");
  CHECK(fine.status == 200);
  CHECK(base::find_integer(fine.object(), "duration_ms") == 0);
  const http::OutboundRequest& asked = bridge.outside().requests().back();
  CHECK(asked.url == "http://bridge.example:9000/_matrix/app/v1/ping");
  CHECK(asked.body == R"({"transaction_id":"mine"})");
  CHECK(asked.headers.find("Authorization") == "Bearer secret-of-the-server");

  CHECK(alice.post(path).errcode() == "M_FORBIDDEN");
  CHECK(service.post("/_matrix/client/v1/appservice/silent/ping").errcode() == "M_FORBIDDEN");
  Person silent = bridge.server().stranger();
  silent.set_token("silent-service");
  CHECK(silent.post("/_matrix/client/v1/appservice/silent/ping").errcode() == "M_URL_NOT_SET");
  CHECK(silent.post(path).errcode() == "M_FORBIDDEN");

  bridge.outside().answer_with(403, R"({"errcode":"M_FORBIDDEN"})");
  const ApiAnswer refused = service.post(path);
  CHECK(refused.status == 502);
  CHECK(refused.errcode() == "M_BAD_STATUS");
  CHECK(base::find_integer(refused.object(), "status") == 403);
  CHECK(refused.text("body") == R"({"errcode":"M_FORBIDDEN"})");
  bridge.outside().answer_with(500, "\xff\xfe");
  CHECK_FALSE(service.post(path).object().contains("body"));
  bridge.outside().fail_with(http::OutboundFailure::unreachable);
  CHECK(service.post(path).errcode() == "M_CONNECTION_FAILED");
  CHECK(service.post(path).status == 502);
  bridge.outside().answer_by([](const http::OutboundRequest&) { return std::nullopt; });
  const ApiAnswer late = service.post(path);
  CHECK(late.status == 504);
  CHECK(late.errcode() == "M_CONNECTION_TIMEOUT");
}

TEST_CASE("a service that was away is told at once when it pings") {
  Bridge bridge;
  const Person alice = bridge.server().register_user("alice");
  const std::string room = alice.create_room();
  bridge.make_ghost("anna");
  bridge.join("anna", room);
  bridge.settle();
  bridge.outside().fail_with(http::OutboundFailure::unreachable);
  alice.say(room, "one");
  bridge.settle();
  bridge.server().scheduler().advance(std::chrono::hours(1));
  bridge.outside().answer_with(200, "{}");

  REQUIRE(bridge.service().post("/_matrix/client/v1/appservice/bridge/ping").status == 200);
  bridge.outside().forget_requests();
  bridge.server().scheduler().advance(std::chrono::seconds(2));
  CHECK(bridge.messages() == std::vector<std::string>{"one"});
}

}  // namespace
}  // namespace chancery::scenario
