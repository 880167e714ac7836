// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/policy_servers.hpp"

#include "base/base64.hpp"
#include "runtime/task_group.hpp"
#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using protocol::ErrorCode;
using protocol::Recommendation;
using support::RoomHouse;
using Manner = support::ScriptedPolicyServers::Manner;

const Actor kAlice = RoomHouse::person("alice");
const Actor kBob = RoomHouse::person("bob");
const protocol::ServerName kPolicyName = *protocol::ServerName::parse("policy.example");

// Somebody of the policy server.
Actor watcher() {
  const auto user = *protocol::UserId::parse("@watch:policy.example");
  return {.user = user,
          .device = *protocol::DeviceId::parse("WATCH"),
          .subject = {.user = user, .role = policy::Role::user, .authenticated_at = {}}};
}

base::JsonObject policy_content(std::string_view public_key,
                                std::string_view via = "policy.example") {
  return {{"via", via},
          {"public_keys", base::JsonObject{{"ed25519", base::encode_base64(public_key)}}}};
}

struct Watched {
  RoomHouse house;
  protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});

  Watched() {
    house.join(kBob, room);
    house.join(watcher(), room);
    set_policy();
    servers().forget();
  }
  support::ScriptedPolicyServers& servers() { return house->policy_servers; }
  void set_policy() { set_state("m.room.policy", "", policy_content(servers().public_key())); }
  protocol::EventId set_state(std::string type, std::string key, base::JsonObject content) {
    return house.run(house->sending.set_state(kAlice, {.room = room,
                                                       .type = std::move(type),
                                                       .key = std::move(key),
                                                       .content = std::move(content)}));
  }
  runtime::Task<protocol::EventId> send(const Actor& who, std::string transaction) {
    return house->sending.send(who, {.room = room,
                                     .type = "m.room.message",
                                     .content = {{"body", "hello"}},
                                     .transaction = std::move(transaction),
                                     .sent_at = {}});
  }
  Recommendation last_recommendation() {
    return protocol::check_recommendation(
        *house.timeline(room).back()->event,
        {.name = kPolicyName, .public_key = servers().public_key()});
  }
};

runtime::Task<> send_and_note(Sending& sending, Actor who, NewMessage message, bool& cancelled) {
  try {
    co_await sending.send(std::move(who), std::move(message));
  } catch (const runtime::Cancelled&) {  // what the test waits for
    cancelled = true;
  }
}

TEST_CASE("in a room without a policy server nobody is asked") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.join(watcher(), room);

  house.say(kAlice, room, "hello");

  CHECK(house->policy_servers.asked().empty());
  CHECK_FALSE(house.timeline(room).back()->event->json().contains("signatures"));
}

TEST_CASE("an event is stored with the signature of the room's policy server, and keeps it") {
  Watched watched;

  const protocol::EventId id = watched.house.say(kAlice, watched.room, "hello");

  REQUIRE(watched.servers().asked().size() == 1);
  CHECK(watched.servers().asked().at(0)->id() == id);
  CHECK(watched.last_recommendation() == Recommendation::given);
  watched.house.restart();
  CHECK(watched.house.timeline(watched.room).back()->event->id() == id);
  CHECK(watched.last_recommendation() == Recommendation::given);
}

TEST_CASE("all events are shown to the policy server, but the one that names it") {
  Watched watched;
  RoomHouse& house = watched.house;
  const protocol::EventId said = house.say(kAlice, watched.room, "hello");
  watched.set_state("m.room.topic", "", {{"topic", "x"}});
  house.run(house->members.leave(kBob, watched.room, std::nullopt));
  house.run(house->sending.redact(
      kAlice, {.room = watched.room, .event = said, .content = {}, .transaction = "r"}));
  watched.set_state("m.room.policy", "other", {{"via", "policy.example"}});
  CHECK(watched.servers().asked().size() == 5);

  watched.servers().behave(Manner::refuses);
  watched.set_state("m.room.policy", "", {});
  house.say(kAlice, watched.room, "free again");

  CHECK(watched.servers().asked().size() == 5);
}

TEST_CASE("what the redacted event was signed with stays, and holds") {
  Watched watched;
  const protocol::EventId said = watched.house.say(kAlice, watched.room, "hello");

  watched.house.run(watched.house->sending.redact(
      kAlice, {.room = watched.room, .event = said, .content = {}, .transaction = "r"}));
  watched.house.restart();

  const CachedEventPtr event = watched.house.run(watched.house->rooms.events().find(said));
  CHECK(event->event->content().empty());
  CHECK(protocol::check_recommendation(
            *event->event, {.name = kPolicyName, .public_key = watched.servers().public_key()}) ==
        Recommendation::given);
}

TEST_CASE("a policy server that nobody is joined from is not asked, also after a restart") {
  Watched watched;
  watched.house.run(watched.house->members.leave(watcher(), watched.room, std::nullopt));
  watched.servers().forget();
  watched.house.say(kAlice, watched.room, "unseen");
  CHECK(watched.servers().asked().empty());

  watched.house.restart();
  watched.house.say(kAlice, watched.room, "unseen too");
  CHECK(watched.servers().asked().empty());

  watched.house.join(watcher(), watched.room);
  watched.house.restart();
  watched.house.say(kAlice, watched.room, "seen");
  CHECK(watched.servers().asked().size() == 1);
}

TEST_CASE("an invited or banned user of the policy server does not make the room use it") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  house.invite(kAlice, room, watcher());
  house.run(house->sending.set_state(
      kAlice, {.room = room,
               .type = "m.room.policy",
               .key = "",
               .content = policy_content(house->policy_servers.public_key())}));

  house.say(kAlice, room, "hello");
  house.run(house->members.remove(
      kAlice,
      {.room = room, .user = watcher().user, .reason = {}, .act = TargetRequest::Act::ban}));
  house.say(kAlice, room, "hello");

  CHECK(house->policy_servers.asked().empty());
}

TEST_CASE("what the policy server refuses is not stored, and may be tried again") {
  Watched watched;
  const std::size_t length = watched.house.timeline(watched.room).size();
  watched.servers().behave(Manner::refuses);

  CHECK(watched.house.error_of(watched.send(kAlice, "t")) == ErrorCode::forbidden);
  CHECK(watched.house.timeline(watched.room).size() == length);

  watched.servers().behave(Manner::signs);
  CHECK_FALSE(watched.house.error_of(watched.send(kAlice, "t")));
  CHECK(watched.house.timeline(watched.room).size() == length + 1);
}

TEST_CASE("a signature that does not hold is none") {
  Watched watched;
  const std::size_t length = watched.house.timeline(watched.room).size();
  for (const Manner manner : {Manner::signs_another, Manner::babbles}) {
    watched.servers().behave(manner);
    CHECK(watched.house.error_of(watched.send(kAlice, "t")) == ErrorCode::forbidden);
  }
  watched.servers().behave(Manner::signs);
  watched.servers().use_key('q');
  CHECK(watched.house.error_of(watched.send(kAlice, "t")) == ErrorCode::forbidden);
  CHECK(watched.house.timeline(watched.room).size() == length);
}

TEST_CASE("when the policy server's key has changed, the room's state decides") {
  Watched watched;
  watched.servers().use_key('q');
  CHECK(watched.house.error_of(watched.send(kAlice, "t")) == ErrorCode::forbidden);

  watched.set_policy();

  CHECK_FALSE(watched.house.error_of(watched.send(kAlice, "t")));
  CHECK(watched.last_recommendation() == Recommendation::given);
}

TEST_CASE("what is not allowed is shown to nobody") {
  Watched watched;
  const Actor mallory = RoomHouse::person("mallory");

  CHECK(watched.house.error_of(watched.send(mallory, "t")) == ErrorCode::forbidden);

  CHECK(watched.servers().asked().empty());
}

TEST_CASE("an event that has no room for the signature is too large") {
  Watched watched;
  const auto send = [&](std::size_t length) {
    return watched.house->sending.send(kAlice, {.room = watched.room,
                                                .type = "m.room.message",
                                                .content = {{"body", std::string(length, 'a')}},
                                                .transaction = std::to_string(length),
                                                .sent_at = {}});
  };
  std::size_t longest = 64'000;
  // What fits without a signature of the policy server's, but not with it.
  watched.servers().behave(Manner::refuses);
  while (watched.house.error_of(send(longest)) == ErrorCode::forbidden) longest += 10;
  watched.servers().behave(Manner::signs);

  CHECK(watched.house.error_of(send(longest - 20)) == ErrorCode::too_large);
  CHECK_FALSE(watched.house.error_of(send(longest - 400)));
}

TEST_CASE("whoever hangs up while the policy server is asked frees the room for others") {
  Watched watched;
  watched.servers().behave(Manner::hangs);
  runtime::CancelSource source;
  Actor alice = kAlice;
  alice.gone = source.token();
  bool cancelled = false;
  runtime::TaskGroup group("senders");
  group.spawn_on(watched.house.scheduler(), send_and_note(watched.house->sending, alice,
                                                          {.room = watched.room,
                                                           .type = "m.room.message",
                                                           .content = {{"body", "hello"}},
                                                           .transaction = "t",
                                                           .sent_at = {}},
                                                          cancelled));
  watched.house.scheduler().advance(std::chrono::seconds(1));
  REQUIRE(watched.servers().asked().size() == 1);

  source.cancel();
  watched.servers().behave(Manner::signs);
  watched.house.say(kBob, watched.room, "next");

  CHECK(cancelled);
  watched.house.run(group.stop());
}

TEST_CASE("a room that names this server has its policy server here") {
  RoomHouse house;
  const protocol::RoomId room = house.create(
      kAlice, {.preset = Preset::public_chat,
               .initial_state = {{.type = "m.room.policy",
                                  .key = "",
                                  .content = policy_content(house->policy_servers.public_key(),
                                                            "example.org")}}});
  house->policy_servers.forget();

  house.say(kAlice, room, "hello");

  CHECK(house->policy_servers.asked().size() == 1);
}

}  // namespace
}  // namespace chancery::rooms
