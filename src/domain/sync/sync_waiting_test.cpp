// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Waiting in a sync: what ends it, and what does not.
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using support::RoomHouse;
using support::Synced;
using support::SyncHouse;
using support::SyncWish;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

// Anna and Ben in a room; Anna waits for half a minute.
struct AnnaWaits {
  AnnaWaits() : room(house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat})) {
    house.rooms().join(kBen, room);
    number = house.rooms().room(room)->number();
  }
  SyncHouse::Waiting wait() {
    const Synced now = house.sync(kAnna);
    return house.begin_sync(kAnna, {.since = now, .timeout = std::chrono::seconds(30)});
  }
  void send_to_device(const rooms::Actor& to, std::string transaction) {
    base::JsonObject messages;
    messages[to.user.text()] = base::JsonObject{{"*", base::JsonObject{{"a", 1}}}};
    house.run(house->to_device.send({.from = {kBen.user, kBen.device},
                                     .type = "m.room_key_request",
                                     .transaction = std::move(transaction),
                                     .messages = std::move(messages)}));
  }

  SyncHouse house;
  protocol::RoomId room;
  storage::RoomNumber number;
};

TEST_CASE("a sync with nothing to tell waits, and ends when the client's patience does") {
  AnnaWaits world;
  const SyncHouse::Waiting waiting = world.wait();

  CHECK_FALSE(world.house.is_answered(waiting));
  world.house.scheduler().advance(std::chrono::seconds(29));
  CHECK_FALSE(world.house.is_answered(waiting));
  world.house.scheduler().advance(std::chrono::seconds(2));
  REQUIRE(world.house.is_answered(waiting));
  CHECK((*waiting)->is_quiet());
}

TEST_CASE("a sync with news, an initial one and one without patience are answered at once") {
  AnnaWaits world;
  const Synced now = world.house.sync(kAnna);
  const auto patient = std::chrono::seconds(30);

  CHECK(world.house.is_answered(world.house.begin_sync(kAnna, {.timeout = patient})));
  CHECK(world.house.is_answered(world.house.begin_sync(kAnna, {.since = now})));
  CHECK(world.house.is_answered(world.house.begin_sync(
      kAnna, {.since = now, .scope = StateScope::full, .timeout = patient})));
  world.house.rooms().say(kBen, world.room, "hello");
  CHECK(world.house.is_answered(world.house.begin_sync(kAnna, {.since = now, .timeout = patient})));
}

TEST_CASE("a waiting sync is answered by each kind of news") {
  AnnaWaits world;
  SyncHouse& house = world.house;
  const SyncHouse::Waiting waiting = world.wait();
  REQUIRE_FALSE(house.is_answered(waiting));

  SUBCASE("a message in a room") { house.rooms().say(kBen, world.room, "hello"); }
  SUBCASE("an invitation") { house.rooms().invite(kCora, house.rooms().create(kCora), kAnna); }
  SUBCASE("someone joining") { house.rooms().join(kCora, world.room); }
  SUBCASE("being kicked") {
    house.run(house.rooms()->members.leave(kAnna, world.room, std::nullopt));
  }
  SUBCASE("a receipt") {
    const protocol::EventId event = house.rooms().timeline(world.room).back()->event->id();
    house.run(house.rooms()->receipts.mark(
        kBen, {.room = world.room, .type = "m.read", .event = event, .thread = ""}));
  }
  SUBCASE("typing") { house->typing.start(world.number, kBen.user, std::chrono::seconds(30)); }
  SUBCASE("presence of someone in a room") {
    house->presence.set(kBen.user, accounts::Availability::online, std::nullopt);
  }
  SUBCASE("account data of one's own") { house.put_account_data(kAnna, "m.direct", "{}"); }
  SUBCASE("account data for a room") {
    house.put_account_data(kAnna, "m.tag", "{}", world.room.text());
  }
  SUBCASE("a message to the device") { world.send_to_device(kAnna, "t1"); }
  SUBCASE("new keys of someone in a room") {
    base::JsonObject keys{{"user_id", kBen.user.text()},
                          {"device_id", kBen.device.text()},
                          {"algorithms", base::JsonArray()},
                          {"keys", base::JsonObject()},
                          {"signatures", base::JsonObject()}};
    house.run(house->keys.upload({kBen.user, kBen.device},
                                 base::JsonObject{{"device_keys", std::move(keys)}}));
  }

  house.scheduler().run_until([&] { return waiting->has_value(); });
  CHECK_FALSE((*waiting)->is_quiet());
}

TEST_CASE("a waiting sync is not ended by what does not concern its client") {
  AnnaWaits world;
  SyncHouse& house = world.house;
  const protocol::RoomId elsewhere =
      house.rooms().create(kCora, {.preset = rooms::Preset::public_chat});
  house.put_account_data(kAnna, "m.ignored_user_list",
                         R"({"ignored_users":{"@ben:example.org":{}}})");
  const SyncHouse::Waiting waiting = world.wait();

  house.rooms().say(kCora, elsewhere, "hello");
  house.rooms().join(kBen, elsewhere);
  house.rooms().say(kBen, world.room, "what an ignored person says");
  house.put_account_data(kBen, "m.direct", "{}");
  house->presence.set(kCora.user, accounts::Availability::online, std::nullopt);
  world.send_to_device(kCora, "t1");

  CHECK_FALSE(house.is_answered(waiting));
}

TEST_CASE("news of a room wake its members, whether they or those who wait are more") {
  AnnaWaits world;
  SyncHouse& house = world.house;
  std::vector<std::shared_ptr<runtime::Bell>> strangers;
  SUBCASE("more members") {}
  SUBCASE("more who wait") {
    for (const char* const name : {"dora", "emil", "fay", "gus"}) {
      strangers.push_back(house->wake_ups.bell_of(RoomHouse::person(name).user));
    }
  }
  house.settle();  // what came before has rung
  const auto of_anna = house->wake_ups.bell_of(kAnna.user);
  const std::uint64_t ticket = of_anna->ticket();
  std::vector<std::uint64_t> tickets;
  for (const auto& bell : strangers) tickets.push_back(bell->ticket());

  house.rooms().say(kBen, world.room, "hello");
  house.scheduler().run_until([&] { return of_anna->ticket() > ticket; });

  for (std::size_t i = 0; i < strangers.size(); ++i) CHECK(strangers[i]->ticket() == tickets[i]);
}

TEST_CASE("a private receipt rings for whoever made it, and for nobody else") {
  AnnaWaits world;
  SyncHouse& house = world.house;
  house.settle();  // what came before has rung
  const auto of_anna = house->wake_ups.bell_of(kAnna.user);
  const auto of_ben = house->wake_ups.bell_of(kBen.user);
  const std::uint64_t before_of_anna = of_anna->ticket();
  const std::uint64_t before_of_ben = of_ben->ticket();
  const protocol::EventId event = house.rooms().timeline(world.room).back()->event->id();

  house.run(house.rooms()->receipts.mark(
      kBen, {.room = world.room, .type = "m.read.private", .event = event, .thread = ""}));
  house.scheduler().run_until([&] { return of_ben->ticket() > before_of_ben; });

  CHECK(of_anna->ticket() == before_of_anna);
}

TEST_CASE("presence wakes the company of whoever turned up, however many others wait") {
  AnnaWaits world;
  SyncHouse& house = world.house;
  std::vector<SyncHouse::Waiting> strangers;
  for (const char* const name : {"dora", "emil", "fay", "gus"}) {
    const rooms::Actor one = RoomHouse::person(name);
    house.rooms().create(one);
    const Synced now = house.sync(one);
    strangers.push_back(house.begin_sync(one, {.since = now, .timeout = std::chrono::seconds(30)}));
  }
  const SyncHouse::Waiting waiting = world.wait();
  REQUIRE_FALSE(house.is_answered(waiting));

  house->presence.set(kBen.user, accounts::Availability::online, std::nullopt);

  house.scheduler().run_until([&] { return waiting->has_value(); });
  CHECK_FALSE((*waiting)->is_quiet());
  for (const SyncHouse::Waiting& stranger : strangers) CHECK_FALSE(house.is_answered(stranger));
}

TEST_CASE("one's own presence comes back to who waits, alone or in company") {
  AnnaWaits world;
  SyncHouse& house = world.house;
  const rooms::Actor hermit = RoomHouse::person("hermit");
  const Synced now = house.sync(hermit);
  const SyncHouse::Waiting waiting =
      house.begin_sync(hermit, {.since = now, .timeout = std::chrono::seconds(30)});
  REQUIRE_FALSE(house.is_answered(waiting));

  house->presence.set(hermit.user, accounts::Availability::unavailable, std::nullopt);

  house.scheduler().run_until([&] { return waiting->has_value(); });
  CHECK_FALSE((*waiting)->is_quiet());
}

TEST_CASE("a sync that follows at once on the last one waits and is woken like any other") {
  AnnaWaits world;
  SyncHouse& house = world.house;
  const Synced first = house.sync(kAnna);
  const Synced again = house.sync(kAnna, {.since = first});
  const SyncHouse::Waiting waiting =
      house.begin_sync(kAnna, {.since = again, .timeout = std::chrono::seconds(30)});
  REQUIRE_FALSE(house.is_answered(waiting));

  SUBCASE("by news") {
    house.rooms().say(kBen, world.room, "hello");
    house.scheduler().run_until([&] { return waiting->has_value(); });
    CHECK_FALSE((*waiting)->is_quiet());
  }
  SUBCASE("by the end of the client's patience, with a token that goes on") {
    house.scheduler().advance(std::chrono::seconds(31));
    REQUIRE(house.is_answered(waiting));
    CHECK((*waiting)->is_quiet());
    house.rooms().say(kBen, world.room, "hello");
    CHECK_FALSE(house.sync(kAnna, {.since = *waiting}).is_quiet());
  }
}

TEST_CASE("a filter's client is not woken for good by what the filter leaves out") {
  AnnaWaits world;
  const Synced now = world.house.sync(kAnna);
  const SyncHouse::Waiting waiting =
      world.house.begin_sync(kAnna, {.since = now,
                                     .filter = R"({"room":{"timeline":{"types":["m.room.name"]}}})",
                                     .timeout = std::chrono::seconds(30)});

  world.house.rooms().say(kBen, world.room, "hello");

  CHECK_FALSE(world.house.is_answered(waiting));
}

TEST_CASE("both devices of a person are answered") {
  AnnaWaits world;
  const rooms::Actor laptop = RoomHouse::person("anna", "LAPTOP");
  const Synced now = world.house.sync(kAnna);
  const SyncWish wish{.since = now, .timeout = std::chrono::seconds(30)};
  const SyncHouse::Waiting one = world.house.begin_sync(kAnna, wish);
  const SyncHouse::Waiting two = world.house.begin_sync(laptop, wish);

  world.house.rooms().say(kBen, world.room, "hello");

  world.house.scheduler().run_until([&] { return one->has_value() && two->has_value(); });
  CHECK((*one)->said(world.room) == "hello");
  CHECK((*two)->said(world.room) == "hello");
}

}  // namespace
}  // namespace chancery::sync
