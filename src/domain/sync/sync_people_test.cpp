// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// People in a sync: lazily loaded members, presence, device lists, messages to devices, key counts.
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using support::RoomHouse;
using support::Synced;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

constexpr std::string_view kLazy = R"({"room":{"state":{"lazy_load_members":true},)"
                                   R"("timeline":{"limit":1}}})";
constexpr std::string_view kRedundant =
    R"({"room":{"state":{"lazy_load_members":true,"include_redundant_members":true},)"
    R"("timeline":{"limit":1}}})";

// A room of Anna's with Ben and Cora in it, with a name: else all of them would be in the state, as
// those after whom it is called.
struct ThreeInARoom {
  ThreeInARoom()
      : room(house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat, .name = "Three"})) {
    house.rooms().join(kBen, room);
    house.rooms().join(kCora, room);
  }
  Synced sync(std::optional<Synced> since = std::nullopt, std::string_view filter = kLazy) {
    return house.sync(kAnna, {.since = std::move(since), .filter = std::string(filter)});
  }
  [[nodiscard]] std::string members(const Synced& synced) const {
    return synced.keys_of(room, "state", "m.room.member");
  }

  SyncHouse house;
  protocol::RoomId room;
};

TEST_CASE("lazily loaded, a member is told with the first event of theirs") {
  ThreeInARoom world;
  world.house.rooms().say(kBen, world.room, "hello");

  const Synced first = world.sync();

  CHECK(world.members(first) == "@anna:example.org @ben:example.org");
}

TEST_CASE("lazily loaded, a member is not told again while the client goes on from its token") {
  ThreeInARoom world;
  world.house.rooms().say(kBen, world.room, "one");
  const Synced first = world.sync();
  world.house.rooms().say(kBen, world.room, "two");
  const Synced second = world.sync(first);
  world.house.rooms().say(kCora, world.room, "three");
  const Synced third = world.sync(second);
  world.house.rooms().say(kBen, world.room, "four");
  world.house.rooms().say(kCora, world.room, "five");

  CHECK(world.members(second) == "");
  CHECK(world.members(third) == kCora.user.text());
  CHECK(world.members(world.sync(third)) == "");
}

TEST_CASE("lazily loaded, redundant members are told where the client wants them") {
  ThreeInARoom world;
  world.house.rooms().say(kBen, world.room, "one");
  const Synced first = world.sync(std::nullopt, kRedundant);
  world.house.rooms().say(kBen, world.room, "two");

  CHECK(world.members(world.sync(first, kRedundant)) == kBen.user.text());
}

TEST_CASE("lazily loaded, a member whose answer was lost is told again") {
  ThreeInARoom world;
  const Synced first = world.sync();
  world.house.rooms().say(kBen, world.room, "one");
  const Synced lost = world.sync(first);
  world.house.rooms().say(kBen, world.room, "two");

  CHECK(world.members(lost) == kBen.user.text());
  CHECK(world.members(world.sync(first)) == kBen.user.text());
}

TEST_CASE("lazily loaded, another device has a chain of its own") {
  ThreeInARoom world;
  const rooms::Actor laptop = RoomHouse::person("anna", "LAPTOP");
  world.house.rooms().say(kBen, world.room, "one");
  const Synced phone = world.sync();
  world.house.rooms().say(kBen, world.room, "two");

  // A token of the phone's says nothing about what the laptop knows.
  const Synced told = world.house.sync(laptop, {.since = phone, .filter = std::string(kLazy)});

  CHECK(world.members(told) == kBen.user.text());
}

TEST_CASE("lazily loaded, a member who changed is told as they are now") {
  ThreeInARoom world;
  world.house.rooms().say(kBen, world.room, "one");
  const Synced first = world.sync();
  world.house.run(world.house.rooms()->sending.set_state(
      kBen, {.room = world.room,
             .type = "m.room.member",
             .key = kBen.user.text(),
             .content = {{"membership", "join"}, {"displayname", "Benedikt"}}}));
  world.house.rooms().say(kBen, world.room, "two");

  const Synced second = world.sync(first);

  REQUIRE(world.members(second) == kBen.user.text());
  const auto state = second.events(world.room, "state");
  CHECK(base::find_string(*base::find_object(state[0], "content"), "displayname") == "Benedikt");
}

TEST_CASE("lazily loaded, members are told again after a restart of the server") {
  ThreeInARoom world;
  world.house.rooms().say(kBen, world.room, "one");
  const Synced first = world.sync();
  world.house.restart();
  world.house.rooms().say(kBen, world.room, "two");

  CHECK(world.members(world.sync(first)) == kBen.user.text());
}

TEST_CASE("presence is told to those who share a room, and to nobody else") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  house.rooms().join(kBen, room);
  const Synced anna = house.sync(kAnna);
  const Synced cora = house.sync(kCora);

  house->presence.set(kBen.user, accounts::Availability::online, "at work");

  const auto told = house.sync(kAnna, {.since = anna}).events("presence");
  REQUIRE(told.size() == 1);
  CHECK(base::find_string(told[0], "sender") == kBen.user.text());
  CHECK(base::find_string(*base::find_object(told[0], "content"), "status_msg") == "at work");
  CHECK(house.sync(kCora, {.since = cora}).events("presence").empty());
}

TEST_CASE("of whom somebody ignores they hear neither presence nor receipts nor typing") {
  ThreeInARoom world;
  SyncHouse& house = world.house;
  house.put_account_data(kAnna, "m.ignored_user_list",
                         R"({"ignored_users":{"@ben:example.org":{}}})");
  const protocol::EventId event = house.rooms().say(kAnna, world.room, "hello");
  const Synced anna = house.sync(kAnna);
  const Synced cora = house.sync(kCora);
  const auto act = [&](const rooms::Actor& who) {
    house->presence.set(who.user, accounts::Availability::online, "here");
    house->typing.start(house.rooms().room(world.room)->number(), who.user,
                        std::chrono::seconds(5));
    house.run(house.rooms()->receipts.mark(
        who, {.room = world.room, .type = "m.read", .event = event, .thread = ""}));
  };
  const auto about = [&](const Synced& synced) {
    std::string all;
    for (const auto& told : synced.events(world.room, "ephemeral")) all += base::to_text(told);
    for (const auto& told : synced.events("presence")) all += base::to_text(told);
    return all;
  };

  act(kBen);
  CHECK(about(house.sync(kAnna, {.since = anna})).find(kBen.user.text()) == std::string::npos);
  const std::string for_cora = about(house.sync(kCora, {.since = cora}));
  for (const char* type : {"m.presence", "m.receipt", "m.typing"}) {
    CAPTURE(type);
    CHECK(for_cora.find(type) != std::string::npos);
  }
  CHECK(about(house.sync(kAnna)).find(kBen.user.text()) == std::string::npos);

  act(kCora);
  const std::string for_anna = about(house.sync(kAnna, {.since = anna}));
  for (const char* type : {"m.presence", "m.receipt", "m.typing"}) {
    CAPTURE(type);
    CHECK(for_anna.find(type) != std::string::npos);
  }
  CHECK(for_anna.find(kCora.user.text()) != std::string::npos);
  CHECK(for_anna.find(kBen.user.text()) == std::string::npos);
}

TEST_CASE(
    "a first sync tells the presence of the company, in order, however many others there are") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  house.rooms().join(kBen, room);
  for (const char* const name : {"dora", "emil", "fay", "gus"}) {
    const rooms::Actor stranger = RoomHouse::person(name);
    house.rooms().create(stranger);
    house->presence.set(stranger.user, accounts::Availability::online, std::nullopt);
  }
  house->presence.set(kBen.user, accounts::Availability::online, "at work");
  house->presence.set(kAnna.user, accounts::Availability::unavailable, std::nullopt);

  const Synced first = house.sync(kAnna);

  std::string senders;
  for (const base::JsonObject& event : first.events("presence")) {
    senders += base::find_string(event, "sender").value_or("");
    senders += ' ';
  }
  CHECK(senders == "@ben:example.org @anna:example.org ");
  CHECK(house.sync(kAnna, {.since = first}).events("presence").empty());
}

TEST_CASE("who comes to share a room is told the other's presence, once") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  house->presence.set(kAnna.user, accounts::Availability::online, std::nullopt);
  house->presence.set(kBen.user, accounts::Availability::online, std::nullopt);
  const Synced anna = house.sync(kAnna);
  const Synced ben = house.sync(kBen);
  const auto senders = [](const Synced& synced) {
    std::string all;
    for (const base::JsonObject& event : synced.events("presence")) {
      all += std::string(*base::find_string(event, "sender")) + " ";
    }
    return all;
  };

  house.rooms().join(kBen, room);
  const Synced anna_next = house.sync(kAnna, {.since = anna});
  const Synced ben_next = house.sync(kBen, {.since = ben});

  CHECK(senders(anna_next) == "@ben:example.org ");
  CHECK(senders(ben_next) == "@anna:example.org ");
  CHECK(house.sync(kAnna, {.since = anna_next}).is_quiet());
  CHECK(house.sync(kBen, {.since = ben_next}).is_quiet());
}

TEST_CASE("device lists tell who came to share a room and who does not any more") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  const Synced anna = house.sync(kAnna);
  const Synced ben = house.sync(kBen);

  house.rooms().join(kBen, room);
  const Synced anna_next = house.sync(kAnna, {.since = anna});
  const Synced ben_next = house.sync(kBen, {.since = ben});
  CHECK(anna_next.device_list("changed") == kBen.user.text());
  CHECK(ben_next.device_list("changed") == kAnna.user.text());
  CHECK(house.sync(kAnna, {.since = anna_next}).is_quiet());

  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));
  CHECK(house.sync(kAnna, {.since = anna_next}).device_list("left") == kBen.user.text());
  CHECK(house.sync(kBen, {.since = ben_next}).device_list("left") == kAnna.user.text());
}

TEST_CASE("who leaves one of two shared rooms is still followed") {
  SyncHouse house;
  const protocol::RoomId one = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  const protocol::RoomId two = house.rooms().create(kAnna, {.preset = rooms::Preset::public_chat});
  house.rooms().join(kBen, one);
  house.rooms().join(kBen, two);
  const Synced first = house.sync(kAnna);

  house.run(house.rooms()->members.leave(kBen, two, std::nullopt));

  CHECK(house.sync(kAnna, {.since = first}).device_list("left") == "");
}

TEST_CASE("messages to a device come until a token acknowledges them, and never after") {
  SyncHouse house;
  const Synced first = house.sync(kAnna);
  const auto send = [&](std::string transaction) {
    base::JsonObject messages;
    messages[kAnna.user.text()] = base::JsonObject{{"PHONE", base::JsonObject{{"n", 1}}}};
    house.run(house->to_device.send({.from = {kBen.user, kBen.device},
                                     .type = "m.dummy",
                                     .transaction = std::move(transaction),
                                     .messages = std::move(messages)}));
  };
  send("t1");
  send("t1");  // a repetition

  const Synced second = house.sync(kAnna, {.since = first});
  CHECK(second.events("to_device").size() == 1);
  CHECK(house.sync(kAnna, {.since = first}).events("to_device").size() == 1);
  CHECK(house.sync(kAnna, {.since = second}).events("to_device").empty());
  // Acknowledged means gone, even for who comes with the old token again.
  CHECK(house.sync(kAnna, {.since = first}).events("to_device").empty());
}

TEST_CASE("many messages to a device come in pages, in order, none of them twice") {
  SyncHouse house;
  Synced last = house.sync(kAnna);
  for (int i = 0; i < 230; ++i) {
    base::JsonObject messages;
    messages[kAnna.user.text()] = base::JsonObject{{"PHONE", base::JsonObject{{"n", i}}}};
    house.run(house->to_device.send({.from = {kBen.user, kBen.device},
                                     .type = "m.dummy",
                                     .transaction = std::to_string(i),
                                     .messages = std::move(messages)}));
  }

  std::int64_t expected = 0;
  for (int page = 0; page < 5; ++page) {
    last = house.sync(kAnna, {.since = last});
    for (const base::JsonObject& event : last.events("to_device")) {
      CHECK(base::find_integer(*base::find_object(event, "content"), "n") == expected++);
    }
  }
  CHECK(expected == 230);
}

TEST_CASE("the counts of one-time keys are in every answer") {
  SyncHouse house;
  const devices::DeviceAddress phone{kAnna.user, kAnna.device};
  const auto count = [&](const Synced& synced) {
    return base::find_integer(*base::find_object(synced.json(), "device_one_time_keys_count"),
                              "signed_curve25519");
  };
  const auto fallbacks = [&](const Synced& synced) {
    return base::find_array(synced.json(), "device_unused_fallback_key_types")->size();
  };
  CHECK(count(house.sync(kAnna)) == 0);

  house.run(house->keys.upload(
      phone,
      base::JsonObject{{"one_time_keys", base::JsonObject{{"signed_curve25519:A", "one"},
                                                          {"signed_curve25519:B", "two"}}},
                       {"fallback_keys", base::JsonObject{{"signed_curve25519:F", "last"}}}}));
  CHECK(count(house.sync(kAnna)) == 2);
  CHECK(fallbacks(house.sync(kAnna)) == 1);

  for (int i = 0; i < 3; ++i) {
    house.run(house->keys.claim(kBen.user, {{.device = phone, .algorithm = "signed_curve25519"}}));
  }
  CHECK(count(house.sync(kAnna)) == 0);
  CHECK(fallbacks(house.sync(kAnna)) == 0);
}

}  // namespace
}  // namespace chancery::sync
