// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/push/push_delivery.hpp"

#include "base/log_pace.hpp"
#include "domain/push/gateway_reach.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/push_world.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace chancery::push {
namespace {

using namespace std::chrono_literals;
using http::OutboundFailure;
using support::PushWorld;
using Progress = PushWorld::Progress;

Pusher pusher(const std::string& pushkey, const std::string& host = "push.example") {
  Pusher made = support::http_pusher(pushkey, host, "event_id_only");
  made.data["brand"] = "x";
  return made;
}

void set(PushWorld& world, const std::string& who, Pusher made) {
  world.run(world.pushers().put(PushWorld::session(who), std::move(made), Pushers::Others::kept));
}

// Alice and Bob in a room, and Bob's pusher "key".
struct Scene : PushWorld {
  explicit Scene(std::uint64_t seed = 0) : PushWorld({}, seed) { set(*this, "bob", pusher("key")); }
  using PushWorld::say;
  protocol::EventId say() { return say("alice", room); }
  void go_away() { outbound().fail_with(OutboundFailure::unreachable); }
  // The gateway takes everything from now on, and what it was asked before is forgotten.
  void come_back() {
    outbound().forget_requests();
    outbound().answer_with(200, "{}");
  }

  protocol::RoomId room = make_room({"alice", "bob"});
};

using Lines = std::vector<std::string>;

Lines gateway_lines() { return support::CapturedLog::lines("push_gateway"); }

base::JsonObject told(const http::OutboundRequest& request) {
  return PushWorld::json(request.body).at("notification").as_object();
}

// The events that each push key was told of.
std::map<std::string, std::vector<std::string>> told_events(PushWorld& world) {
  std::map<std::string, std::vector<std::string>> events;
  for (const http::OutboundRequest& request : world.outbound().requests()) {
    const base::JsonObject notification = told(request);
    const auto event = base::find_string(notification, "event_id");
    if (!event) continue;
    const auto& device = notification.at("devices").as_array().at(0).as_object();
    events[std::string(device.at("pushkey").as_string())].emplace_back(*event);
  }
  return events;
}

std::int64_t unread(const base::JsonObject& notification) {
  return notification.at("counts").as_object().at("unread").to_number<std::int64_t>();
}

http::OutboundResult answer(unsigned status, std::string body = "{}") {
  return http::OutboundResponse{
      .status = status, .headers = {}, .body = std::move(body), .url = {}};
}

TEST_CASE("a message is told to the pushers of those whom it notifies, by its id alone") {
  PushWorld world;
  const protocol::RoomId room = world.make_room({"alice", "bob", "carol"});
  set(world, "alice", pusher("of alice"));
  set(world, "bob", pusher("of bob"));
  world.start_delivery();
  const protocol::EventId event = world.say("alice", room, "secret plan");
  world.settle();

  REQUIRE(world.outbound().requests().size() == 1);
  const http::OutboundRequest& request = world.outbound().requests().front();
  CHECK(request.method == http::Method::post);
  CHECK(request.url == "https://push.example/_matrix/push/v1/notify");
  CHECK(request.chosen_by == http::ChosenBy::others);
  CHECK(request.body.find("secret plan") == std::string::npos);
  base::JsonObject notification = told(request);
  CHECK(notification.at("event_id").as_string() == std::string_view(event.text()));
  CHECK(notification.at("room_id").as_string() == std::string_view(room.text()));
  CHECK(unread(notification) == 1);
  CHECK(notification.at("prio").as_string() == "low");
  CHECK(notification.size() == 5);
  const auto& device = notification.at("devices").as_array().at(0).as_object();
  CHECK(device.at("pushkey").as_string() == "of bob");
  CHECK(device.at("app_id").as_string() == "org.example.app");
  CHECK(device.at("data") ==
        base::Json(base::JsonObject{{"format", "event_id_only"}, {"brand", "x"}}));
  CHECK(device.contains("pushkey_ts"));
  CHECK_FALSE(device.contains("tweaks"));
}

TEST_CASE("content goes out only where client and operator both want it") {
  for (const Content content : {Content::withheld, Content::as_asked}) {
    PushWorld world({}, 0, {.content = content});
    const protocol::RoomId room = world.make_room({"alice", "bob"});
    world.name_member("alice", room, "Alice");
    Pusher whole = pusher("whole");
    whole.data.erase("format");
    set(world, "bob", whole);
    set(world, "bob", pusher("ids"));
    world.start_delivery();
    world.mention("alice", room, "bob");
    world.settle();

    REQUIRE(world.outbound().requests().size() == 2);
    for (const http::OutboundRequest& request : world.outbound().requests()) {
      const base::JsonObject notification = told(request);
      const auto& device = notification.at("devices").as_array().at(0).as_object();
      CHECK(notification.at("prio").as_string() == "high");
      if (device.at("pushkey").as_string() == "ids" || content == Content::withheld) {
        CHECK(notification.size() == 5);
        continue;
      }
      CHECK(notification.at("type").as_string() == "m.room.message");
      CHECK(notification.at("sender").as_string() == "@alice:x");
      CHECK(notification.at("sender_display_name").as_string() == "Alice");
      CHECK(notification.at("content").as_object().at("body").as_string() == "look");
      CHECK(device.at("tweaks").as_object().contains("highlight"));
    }
  }
}

TEST_CASE("what is encrypted is urgent, for only the device can tell") {
  Scene world;
  world.start_delivery();
  world.send("alice", world.room, {{"algorithm", "m.megolm.v1.aes-sha2"}, {"ciphertext", "x"}},
             "m.room.encrypted");
  world.settle();
  REQUIRE(world.outbound().requests().size() == 1);
  CHECK(told(world.outbound().requests().front()).at("prio").as_string() == "high");
}

TEST_CASE("an invite is told, unless whoever sent it is ignored") {
  for (const bool is_ignored : {false, true}) {
    PushWorld world;
    const protocol::RoomId room = world.make_room({"alice"});
    set(world, "bob", pusher("key"));
    if (is_ignored) {
      world.run(world.account_data().put(PushWorld::session("bob"), "", "m.ignored_user_list",
                                         R"({"ignored_users":{"@alice:x":{}}})"));
    }
    world.start_delivery();
    world.invite("alice", room, "bob");
    world.settle();
    if (is_ignored) {
      CHECK(told_events(world).empty());
    } else {
      REQUIRE(world.outbound().requests().size() == 1);
      CHECK(unread(told(world.outbound().requests().front())) == 1);
    }
  }
}

TEST_CASE("an invite that its receiver does not want to see is not told, nor counted") {
  PushWorld world;
  const protocol::RoomId unwelcome = world.make_room({"alice"});
  const protocol::RoomId welcome = world.make_room({"carol"});
  set(world, "bob", pusher("key"));
  world.run(world.account_data().put(PushWorld::session("bob"), "",
                                     "org.matrix.msc4155.invite_permission_config",
                                     R"({"ignored_users":["@alice:x"]})"));
  world.start_delivery();
  world.invite("alice", unwelcome, "bob");
  world.settle();
  CHECK(told_events(world).empty());

  world.invite("carol", welcome, "bob");
  world.settle();
  REQUIRE(world.outbound().requests().size() == 1);
  CHECK(unread(told(world.outbound().requests().front())) == 1);
}

TEST_CASE("a pusher that rests is told nothing, and goes on when it is woken") {
  PushWorld world;
  const protocol::RoomId room = world.make_room({"alice", "bob"});
  Pusher resting = pusher("key");
  resting.enabled = Pusher::Enabled::no;
  set(world, "bob", resting);
  world.start_delivery();
  world.say("alice", room);
  world.settle();
  CHECK(told_events(world).empty());

  set(world, "bob", pusher("key"));
  const protocol::EventId later = world.say("alice", room);
  world.settle();
  CHECK(told_events(world)["key"] == std::vector<std::string>{later.text()});
}

TEST_CASE("a gateway that says that nobody is there loses the pusher, and only that one") {
  PushWorld world;
  const protocol::RoomId room = world.make_room({"alice", "bob"});
  set(world, "bob", pusher("dead"));
  set(world, "bob", pusher("alive"));
  world.outbound().answer_with(200, R"({"rejected":["dead",7]})");
  world.start_delivery();
  world.say("alice", room);
  world.settle();
  const auto left = world.run(world.pushers().load(PushWorld::user("bob")));
  REQUIRE(left.size() == 1);
  CHECK(left.front().pushkey == "alive");
  world.outbound().forget_requests();
  world.say("alice", room);
  world.settle();
  CHECK(world.outbound().requests().size() == 1);
}

TEST_CASE("what a gateway did not take is told again, later each time, until it is taken") {
  Scene world;
  world.go_away();
  world.start_delivery();
  const protocol::EventId event = world.say();
  world.advance(10min);
  const std::size_t tries = world.outbound().requests().size();
  CHECK(tries >= 5);
  CHECK(tries <= 12);

  world.outbound().answer_with(200, "{}");
  world.advance(1h);
  CHECK(told_events(world)["key"].back() == event.text());
  const std::size_t all = world.outbound().requests().size();
  CHECK(all == tries + 1);
  CHECK(world.queues().waiting() == 0);
  world.advance(5h);
  CHECK(world.outbound().requests().size() == all);
}

TEST_CASE("a gateway that begins to fail is told of once, and once when it works again") {
  Scene world;
  const support::CapturedLog captured;
  world.start_delivery();
  world.outbound().answer_with(502, "");
  world.say();
  world.advance(3h);
  CHECK(gateway_lines() == Lines{"warn   push_gateway_failed  gateway=push.example why=502"});

  world.come_back();
  world.say();
  world.advance(3h);
  CHECK(gateway_lines().back() == "info   push_gateway_reached_again  gateway=push.example");
  CHECK(gateway_lines().size() == 2);

  world.go_away();
  world.say();
  world.settle();
  CHECK(gateway_lines().size() == 3);
}

TEST_CASE("a notification that a gateway will not take does not make it one that fails") {
  Scene world;
  const support::CapturedLog captured;
  world.outbound().answer_with(400, "no");
  world.start_delivery();
  world.say();
  world.advance(1h);
  CHECK(gateway_lines().empty());
}

TEST_CASE("gateways that people make up by the hundred write few lines, and are told of in time") {
  runtime::SimulatedScheduler scheduler;
  const support::CapturedLog captured;
  GatewayReach reach(scheduler.clock());
  const auto fail_all = [&reach] {
    for (int i = 0; i < 100; ++i) reach.note_failure(fmt::format("https://g{}.x/p", i), "timeout");
  };

  fail_all();
  const std::size_t at_once = gateway_lines().size();
  CHECK(at_once <= base::LogPace::kMostKinds + 1);
  for (int i = 0; i < 1'000; ++i) {  // one that goes up and down
    reach.note_success("https://g0.x/p");
    reach.note_failure("https://g0.x/p", "timeout");
  }
  CHECK(gateway_lines().size() == at_once + 1);
  for (int i = 0; i < 100; ++i) {
    scheduler.advance(base::LogPace::kInterval);
    fail_all();
  }
  CHECK(gateway_lines().size() == 102);
}

TEST_CASE("gateways that nobody uses any more make room for one that begins to fail") {
  runtime::SimulatedScheduler scheduler;
  const support::CapturedLog captured;
  GatewayReach reach(scheduler.clock());
  for (std::size_t i = 0; i < GatewayReach::kMostFailing; ++i) {
    reach.note_failure(fmt::format("https://g{}.x/p", i), "timeout");
    scheduler.advance(base::LogPace::kInterval);
  }
  REQUIRE(gateway_lines().size() == GatewayReach::kMostFailing);
  reach.note_failure("https://real.x/p", "timeout");
  CHECK(gateway_lines().size() == GatewayReach::kMostFailing);

  scheduler.advance(GatewayReach::kUnused / 2);
  reach.note_failure("https://g0.x/p", "timeout");
  scheduler.advance(GatewayReach::kUnused / 2 + 1h);
  reach.note_failure("https://real.x/p", "timeout");
  CHECK(gateway_lines().back() == "warn   push_gateway_failed  gateway=real.x why=timeout");
  reach.note_success("https://g0.x/p");
  CHECK(gateway_lines().back() == "info   push_gateway_reached_again  gateway=g0.x");
}

TEST_CASE("a notification that will never be taken is not sent again") {
  Scene world;
  world.outbound().answer_with(400, "no");
  world.start_delivery();
  world.say();
  world.advance(1h);
  CHECK(world.outbound().requests().size() == 1);
}

TEST_CASE("a gateway that hangs keeps nobody else waiting") {
  PushWorld world({}, 0, {.slots = {.in_all = 8, .to_one_gateway = 2, .of_one_person = 2}});
  const protocol::RoomId room = world.make_room({"alice", "bob", "carol"});
  for (int i = 0; i < 20; ++i) set(world, "bob", pusher(fmt::format("{}", i), "hangs.example"));
  set(world, "carol", pusher("well"));
  world.outbound().answer_by(
      [](const http::OutboundRequest& request) -> std::optional<http::OutboundResult> {
        if (request.url.find("hangs") != std::string::npos) return std::nullopt;
        return answer(200);
      });
  world.start_delivery();
  for (int i = 0; i < 3; ++i) {
    world.say("alice", room);
    world.settle();
  }
  CHECK(told_events(world)["well"].size() == 3);
  CHECK(world.outbound().requests().size() == 5);  // two of the others' hang
}

TEST_CASE("behind a gateway that is out of reach a bounded number waits: newest and mentions") {
  PushWorld world;
  const protocol::RoomId busy = world.make_room({"alice", "bob"});
  const protocol::RoomId calm = world.make_room({"alice", "bob"});
  set(world, "bob", pusher("key"));
  world.outbound().fail_with(OutboundFailure::timed_out);
  world.start_delivery();
  const protocol::EventId first = world.say("alice", calm);
  const protocol::EventId mention = world.mention("alice", busy, "bob");
  protocol::EventId last;
  for (int i = 0; i < 150; ++i) last = world.say("alice", busy);
  world.settle();
  CHECK(world.queues().waiting() <= PushQueues::kMostWaiting + 1);

  world.advance(1h);
  world.outbound().forget_requests();
  world.outbound().answer_with(200, "{}");
  world.advance(2h);
  CHECK(told_events(world)["key"] ==
        std::vector<std::string>{first.text(), mention.text(), last.text()});
}

TEST_CASE("what could not be told for a day is told no more") {
  Scene world;
  world.go_away();
  world.start_delivery();
  world.say();
  world.advance(26h);
  CHECK(world.queues().waiting() == 0);
}

TEST_CASE("what was read or redacted meanwhile is not told, but the badge is") {
  Scene world;
  world.go_away();
  world.start_delivery();
  const protocol::EventId read = world.say();
  const protocol::EventId redacted = world.say();
  world.settle();
  world.read("bob", world.room, read);
  world.redact("alice", world.room, redacted);
  world.come_back();
  world.advance(1h);
  CHECK(told_events(world).empty());
  REQUIRE(world.outbound().requests().size() == 1);
  const base::JsonObject notification = told(world.outbound().requests().front());
  CHECK(unread(notification) == 0);
  CHECK_FALSE(notification.contains("room_id"));
}

TEST_CASE("reading tells the badge once, and only when it changed") {
  PushWorld world;
  const protocol::RoomId room = world.make_room({"alice", "bob"});
  const protocol::RoomId other = world.make_room({"alice", "bob"});
  set(world, "bob", pusher("key"));
  world.start_delivery();
  world.say("alice", other);
  world.say("alice", room);
  const protocol::EventId last = world.say("alice", room);
  world.settle();
  REQUIRE(unread(told(world.outbound().requests().back())) == 3);

  world.outbound().forget_requests();
  world.read("bob", room, last);
  world.advance(10s);
  REQUIRE(world.outbound().requests().size() == 1);
  CHECK(unread(told(world.outbound().requests().front())) == 1);
  world.read("bob", room, last, "main");
  world.advance(10s);
  CHECK(world.outbound().requests().size() == 1);
}

TEST_CASE("an answered call is no missed one") {
  Scene world;
  world.start_delivery();
  world.send("alice", world.room, {{"call_id", "1"}, {"version", "1"}}, "m.call.invite");
  world.settle();
  REQUIRE(world.outbound().requests().size() == 1);
  const base::JsonObject ringing = told(world.outbound().requests().front());
  CHECK_FALSE(ringing.at("counts").as_object().contains("missed_calls"));
  world.say();
  world.settle();
  const base::JsonObject after = told(world.outbound().requests().back());
  CHECK(after.at("counts").as_object().at("missed_calls").to_number<int>() == 1);
}

TEST_CASE("a restart loses nothing and tells nothing twice that was stored as told") {
  for (const std::uint64_t seed : {0, 1, 2, 3}) {
    Scene world(seed);
    world.start_delivery();
    const protocol::EventId before = world.say();
    world.settle();
    world.restart();
    const protocol::EventId while_down = world.say();
    world.start_delivery();
    world.settle();
    CHECK(told_events(world)["key"] == std::vector<std::string>{before.text(), while_down.text()});
  }
}

TEST_CASE("after a crash everything is told that was not yet, and little twice") {
  Scene world;
  world.start_delivery();
  const protocol::EventId saved = world.say();
  world.advance(PushDelivery::kSaveEvery + 1s);
  world.go_away();
  const protocol::EventId waiting = world.say();
  world.advance(PushDelivery::kSaveEvery + 1s);
  const protocol::EventId unsaved = world.say();
  world.settle();

  world.restart(Progress::lost);
  world.come_back();
  world.start_delivery();
  world.settle();
  CHECK(told_events(world)["key"] == std::vector<std::string>{waiting.text(), unsaved.text()});
}

TEST_CASE("what happened before the first start with this is not told") {
  Scene world;
  world.say();
  world.restart();
  world.start_delivery();
  world.settle();
  CHECK(told_events(world).empty());
}

TEST_CASE("a pusher that goes takes along what waits for it") {
  Scene world;
  world.go_away();
  world.start_delivery();
  world.say();
  world.settle();
  world.run(world.pushers().remove(PushWorld::session("bob"), "org.example.app", "key"));
  world.come_back();
  world.say();
  world.advance(1h);
  CHECK(world.outbound().requests().empty());
}

TEST_CASE("nothing that happens afterwards is needed for that") {
  Scene world;
  world.go_away();
  world.start_delivery();
  world.say();
  world.settle();
  world.run(world.pushers().remove(PushWorld::session("bob"), "org.example.app", "key"));
  world.come_back();
  world.advance(1h);
  CHECK(world.outbound().requests().empty());
  CHECK(world.queues().waiting() == 0);
}

TEST_CASE("a badge is told neither to a pusher that went meanwhile nor to one that rests") {
  for (const bool goes : {true, false}) {
    CAPTURE(goes);
    Scene world;
    world.start_delivery();
    const protocol::EventId event = world.say();
    world.settle();
    REQUIRE(world.outbound().requests().size() == 1);
    world.read("bob", world.room, event);
    world.settle();
    REQUIRE(world.outbound().requests().size() == 1);  // more of its kind may come
    if (goes) {
      world.run(world.pushers().remove(PushWorld::session("bob"), "org.example.app", "key"));
    } else {
      Pusher resting = pusher("key");
      resting.enabled = Pusher::Enabled::no;
      set(world, "bob", resting);
    }
    world.advance(1min);
    CHECK(world.outbound().requests().size() == 1);
  }
}

TEST_CASE("a room that is removed takes along what waits of it, and no pusher stops for it") {
  PushWorld world;
  const protocol::RoomId gone = world.make_room({"alice", "bob"});
  const protocol::RoomId kept = world.make_room({"alice", "bob", "carol"});
  set(world, "bob", pusher("bobs"));
  set(world, "carol", pusher("carols"));
  world.outbound().fail_with(OutboundFailure::unreachable);
  world.start_delivery();
  world.say("alice", gone);
  world.invite("alice", gone, "carol");
  world.settle();
  world.remove_room(gone);
  world.outbound().answer_with(200, "{}");
  world.advance(1h);

  const protocol::EventId later = world.say("alice", kept);
  world.advance(1min);
  CHECK(told_events(world)["bobs"].back() == later.text());
  CHECK(told_events(world)["carols"].back() == later.text());
  CHECK(world.queues().waiting() == 0);
}

TEST_CASE("a room that is removed before it was looked at ends no delivery") {
  PushWorld world;
  const protocol::RoomId gone = world.make_room({"alice", "bob"});
  const protocol::RoomId kept = world.make_room({"alice", "bob"});
  set(world, "bob", pusher("bobs"));
  set(world, "carol", pusher("carols"));
  world.start_delivery();
  world.fail_to_load_pushers(1);
  world.say("alice", gone);
  world.settle();
  world.invite("alice", gone, "carol");
  world.remove_room(gone);
  const protocol::EventId later = world.say("alice", kept);
  world.advance(1min);

  CHECK(told_events(world)["bobs"] == std::vector<std::string>{later.text()});
  CHECK(told_events(world)["carols"].empty());
}

TEST_CASE("a pusher that could not be read is told all the same when the database is back") {
  PushWorld world;
  const protocol::RoomId room = world.make_room({"alice", "bob"});
  set(world, "bob", pusher("key"));
  world.start_delivery();
  world.fail_to_load_pushers(1);
  const protocol::EventId event = world.say("alice", room);
  world.settle();
  CHECK(told_events(world).empty());
  world.advance(1min);
  CHECK(told_events(world)["key"] == std::vector<std::string>{event.text()});
}

}  // namespace
}  // namespace chancery::push
