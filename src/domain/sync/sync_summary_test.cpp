// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Rooms in a sync: their summary, whom it names, and what is told where no event is new.
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

constexpr std::string_view kLazy = R"({"room":{"state":{"lazy_load_members":true},)"
                                   R"("timeline":{"limit":1}}})";
constexpr std::string_view kNoReceipts = R"({"room":{"ephemeral":{"not_types":["m.receipt"]}}})";

rooms::RoomRequest public_room() { return {.preset = rooms::Preset::public_chat}; }

void set_state(SyncHouse& house, const protocol::RoomId& room, std::string type,
               base::JsonObject content) {
  house.run(house.rooms()->sending.set_state(
      kAnna, {.room = room, .type = std::move(type), .key = "", .content = std::move(content)}));
}

void read_on(SyncHouse& house, const rooms::Actor& who, const protocol::RoomId& room,
             const protocol::EventId& event) {
  house.run(house.rooms()->receipts.mark(
      who, {.room = room, .type = "m.read", .event = event, .thread = ""}));
}

// Absent where the summary names nobody.
std::optional<std::string> heroes(const Synced& synced, const protocol::RoomId& room) {
  const base::JsonObject* summary = base::find_object(*synced.room(room), "summary");
  const base::JsonArray* named =
      summary == nullptr ? nullptr : base::find_array(*summary, "m.heroes");
  if (named == nullptr) return std::nullopt;
  return base::to_text(*named);
}

TEST_CASE("lazily loaded, the members after whom a room is called are told, once") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.rooms().say(kAnna, room, "hello");

  const Synced first = house.sync(kAnna, {.filter = std::string(kLazy)});
  house.rooms().join(kCora, room);
  house.rooms().say(kAnna, room, "one");
  house.rooms().say(kAnna, room, "two");
  const Synced second = house.sync(kAnna, {.since = first, .filter = std::string(kLazy)});

  CHECK(heroes(first, room) == R"(["@ben:example.org"])");
  CHECK(first.keys_of(room, "state", "m.room.member") == "@anna:example.org @ben:example.org");
  CHECK(heroes(second, room) == R"(["@ben:example.org","@cora:example.org"])");
  CHECK(second.keys_of(room, "state", "m.room.member") == "@cora:example.org");
}

TEST_CASE("lazily loaded, nobody is told besides the senders where a room has a name") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  set_state(house, room, "m.room.name", {{"name", "Registry"}});
  house.rooms().say(kAnna, room, "hello");

  const Synced first = house.sync(kAnna, {.filter = std::string(kLazy)});

  CHECK_FALSE(heroes(first, room));
  CHECK(first.keys_of(room, "state", "m.room.member") == "@anna:example.org");
}

TEST_CASE("a room whose name and alias were taken away is called after its members again") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  set_state(house, room, "m.room.name", {{"name", ""}});
  set_state(house, room, "m.room.canonical_alias", base::JsonObject{});

  CHECK(heroes(house.sync(kAnna), room) == R"(["@ben:example.org"])");

  set_state(house, room, "m.room.name", {{"name", 7}});
  CHECK(heroes(house.sync(kAnna), room) == R"(["@ben:example.org"])");
  set_state(house, room, "m.room.name", {{"name", "Registry"}});
  CHECK_FALSE(heroes(house.sync(kAnna), room));
}

TEST_CASE("a client that wants no receipts hears that its own changed its counts") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const protocol::EventId said = house.rooms().say(kBen, room, "hello");
  const Synced first = house.sync(kAnna, {.filter = std::string(kNoReceipts)});

  read_on(house, kBen, room, said);
  const Synced second = house.sync(kAnna, {.since = first, .filter = std::string(kNoReceipts)});
  read_on(house, kAnna, room, said);
  const Synced third = house.sync(kAnna, {.since = second, .filter = std::string(kNoReceipts)});

  CHECK(second.room(room) == nullptr);
  REQUIRE(third.room(room) != nullptr);
  CHECK(third.room(room)->contains("unread_notifications"));
  CHECK_FALSE(third.room(room)->contains("ephemeral"));
}

TEST_CASE("state after the timeline is there where only a receipt is new, and empty") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const protocol::EventId said = house.rooms().say(kAnna, room, "hello");
  const SyncWish after{.place = StatePlace::after_timeline};
  const Synced first = house.sync(kAnna, after);
  read_on(house, kBen, room, said);

  SyncWish next = after;
  next.since = first;
  const Synced second = house.sync(kAnna, next);

  REQUIRE(second.room(room) != nullptr);
  CHECK(second.room(room)->contains("ephemeral"));
  REQUIRE(second.room(room)->contains("state_after"));
  CHECK(second.events(room, "state_after").empty());
}

TEST_CASE("state after the timeline of an invite that was declined is one's own event") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kBen);
  house.rooms().invite(kBen, room, kAnna);
  const SyncWish after{.place = StatePlace::after_timeline};
  const Synced first = house.sync(kAnna, after);
  house.run(house.rooms()->members.leave(kAnna, room, std::nullopt));

  SyncWish next = after;
  next.since = first;
  const Synced second = house.sync(kAnna, next);

  const auto told = second.events(room, "state_after", "leave");
  REQUIRE(told.size() == 1);
  CHECK(base::find_string(told[0], "state_key") == kAnna.user.text());
}

TEST_CASE("of rooms that the filter of account data leaves out no account data is told") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const protocol::RoomId other = house.rooms().create(kAnna);
  house.put_account_data(kAnna, "m.tag", R"({"tags":{}})", room.text());
  house.put_account_data(kAnna, "m.tag", R"({"tags":{}})", other.text());

  const Synced synced = house.sync(
      kAnna, {.filter = R"({"room":{"account_data":{"not_rooms":[")" + other.text() + R"("]}}})"});

  CHECK(synced.events(room, "account_data").size() == 1);
  CHECK(synced.events(other, "account_data").empty());
  CHECK(synced.room(other) != nullptr);
}

}  // namespace
}  // namespace chancery::sync
