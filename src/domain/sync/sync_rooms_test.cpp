// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Rooms in a sync: what is told of them, to whom, and when.
#include "domain/rooms/reading.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

using support::is_limited;
using support::place_before;
using support::RoomHouse;
using support::Synced;
using support::SyncHouse;

const rooms::Actor kAnna = RoomHouse::person("anna");
const rooms::Actor kBen = RoomHouse::person("ben");
const rooms::Actor kCora = RoomHouse::person("cora");

rooms::RoomRequest public_room() { return {.preset = rooms::Preset::public_chat}; }

std::string membership_of(const base::JsonObject& event) {
  return std::string(
      base::find_string(*base::find_object(event, "unsigned"), "membership").value_or(""));
}

TEST_CASE("an initial sync tells each joined room with its state and its newest events") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  for (int i = 1; i <= 15; ++i) house.rooms().say(kAnna, room, std::to_string(i));

  const Synced first = house.sync(kAnna);

  CHECK(first.said(room) == "6 7 8 9 10 11 12 13 14 15");
  CHECK(is_limited(first, room));
  CHECK(first.keys_of(room, "state", "m.room.member") == kAnna.user.text());
  CHECK(first.keys_of(room, "state", "m.room.create") == "");
  CHECK(first.events(room, "state").size() >= 5);
}

TEST_CASE("an initial sync says of a room without account data that it has none") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const auto of_room = [&](const Synced& synced) {
    const base::JsonObject& rooms = synced.json().at("rooms").as_object();
    return rooms.at("join").as_object().at(room.text()).as_object();
  };
  const Synced first = house.sync(kAnna);
  house.rooms().say(kAnna, room, "one");
  const Synced second = house.sync(kAnna, {.since = first});

  CHECK(of_room(first).at("account_data") ==
        base::Json(base::JsonObject{{"events", base::JsonArray{}}}));
  CHECK_FALSE(of_room(second).contains("account_data"));
}

TEST_CASE("state that the timeline shows is not told twice") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);

  const Synced first = house.sync(kAnna);

  CHECK(first.keys_of(room, "timeline", "m.room.member") == kAnna.user.text());
  CHECK(first.keys_of(room, "state", "m.room.member") == "");
  CHECK_FALSE(is_limited(first, room));
}

TEST_CASE("an incremental sync tells what came since, once") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Synced first = house.sync(kAnna);
  house.rooms().say(kAnna, room, "one");
  house.rooms().say(kAnna, room, "two");

  const Synced second = house.sync(kAnna, {.since = first});
  const Synced third = house.sync(kAnna, {.since = second});

  CHECK(second.said(room) == "one two");
  CHECK_FALSE(is_limited(second, room));
  CHECK(second.events(room, "state").empty());
  CHECK(third.is_quiet());
  CHECK(house.sync(kAnna, {.since = first}).said(room) == "one two");
}

TEST_CASE("a room where nothing happened is not told of") {
  SyncHouse house;
  const protocol::RoomId quiet = house.rooms().create(kAnna);
  const protocol::RoomId busy = house.rooms().create(kAnna);
  const Synced first = house.sync(kAnna);
  house.rooms().say(kAnna, busy, "hello");

  const Synced second = house.sync(kAnna, {.since = first});

  CHECK(second.room(busy) != nullptr);
  CHECK(second.room(quiet) == nullptr);
}

TEST_CASE("that a member may see a new message is known without a look at their member event") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.restart();  // nothing is in memory
  const protocol::EventId said = house.rooms().say(kAnna, room, "hello");
  rooms::Rooms& all = house.rooms()->rooms;
  const rooms::RoomPtr loaded = house.run(all.find(room));

  const auto seen =
      house.run(house.rooms()->visible.see(loaded, kBen.user, house.run(all.events().find(said))));

  CHECK(seen.memberships == std::vector{rooms::Membership::join});
  CHECK(all.events().find_in_memory(loaded->find_member(kBen.user)->event) == nullptr);
}

TEST_CASE("behind a gap the history goes on without a hole and without a repetition") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const Synced first = house.sync(kAnna);
  for (int i = 1; i <= 25; ++i) house.rooms().say(kAnna, room, std::to_string(i));

  const Synced second = house.sync(kAnna, {.since = first});
  rooms::Reading reading(house.rooms()->rooms, house.rooms()->visible);
  const rooms::Reading::View view = house.run(reading.get_view(kAnna.user, room));
  rooms::Reading::PageWanted wanted;
  wanted.from = place_before(second, room);
  wanted.to = parse_sync_token(first.token())->position;
  wanted.limit = 100;
  const auto page = house.run(reading.load_page(view, wanted));

  CHECK(is_limited(second, room));
  CHECK(second.said(room) == "16 17 18 19 20 21 22 23 24 25");
  REQUIRE(page.seen.events.size() == 15);
  CHECK(base::find_string(page.seen.events.front()->event->content(), "body") == "15");
  CHECK(base::find_string(page.seen.events.back()->event->content(), "body") == "1");
}

TEST_CASE("state that changed inside a gap is told beside the timeline") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  const Synced first = house.sync(kAnna);
  house.rooms().join(kBen, room);
  for (int i = 1; i <= 12; ++i) house.rooms().say(kAnna, room, "x");

  const Synced second = house.sync(kAnna, {.since = first});

  CHECK(second.keys_of(room, "state", "m.room.member") == kBen.user.text());
  CHECK(second.events(room, "state").size() == 1);
}

TEST_CASE("full_state tells the whole state of every room, and nothing old as new") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.rooms().say(kAnna, room, "old");
  const Synced first = house.sync(kAnna);

  const Synced full = house.sync(kAnna, {.since = first, .scope = StateScope::full});

  CHECK(full.keys_of(room, "state", "m.room.member") == kAnna.user.text());
  CHECK(full.said(room) == "");
}

TEST_CASE("with state_after the state is that after the timeline") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);

  const Synced first = house.sync(kAnna, {.place = StatePlace::after_timeline});

  CHECK(first.events(room, "state").empty());
  CHECK(first.keys_of(room, "state_after", "m.room.member") == kAnna.user.text());
}

TEST_CASE("who joins sees the room as new, with a gap before it") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().say(kAnna, room, "before");
  const Synced first = house.sync(kBen);
  house.rooms().join(kBen, room);

  const Synced second = house.sync(kBen, {.since = first});

  CHECK(first.room(room) == nullptr);
  CHECK(is_limited(second, room));
  CHECK(second.said(room) == "before");
}

TEST_CASE("each event says what the viewer was in the room at it") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().say(kAnna, room, "before");
  house.rooms().join(kBen, room);
  house.rooms().say(kAnna, room, "after");

  const Synced first = house.sync(kBen);

  std::string seen;
  for (const base::JsonObject& event : first.events(room, "timeline")) {
    if (base::find_string(event, "type") == "m.room.message" ||
        base::find_string(event, "state_key") == kBen.user.text()) {
      seen += membership_of(event) + " ";
    }
  }
  CHECK(seen == "leave join join ");
}

TEST_CASE("an invitation is told once, with what it takes to recognise the room") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, {.name = "Council"});
  const Synced first = house.sync(kBen);
  house.rooms().invite(kAnna, room, kBen);

  const Synced second = house.sync(kBen, {.since = first});

  std::string types;
  for (const base::JsonObject& event : second.events(room, "invite_state", "invite")) {
    types += std::string(*base::find_string(event, "type")) + " ";
    CHECK_FALSE(event.contains("event_id"));
  }
  CHECK(types.find("m.room.name ") != std::string::npos);
  CHECK(types.find("m.room.member ") != std::string::npos);
  CHECK(house.sync(kBen, {.since = second}).is_quiet());
  CHECK(house.sync(kBen).room(room, "invite") != nullptr);
}

TEST_CASE("an invitation by someone who is ignored is not told") {
  SyncHouse house;
  house.put_account_data(kBen, "m.ignored_user_list",
                         R"({"ignored_users":{"@anna:example.org":{}}})");
  const Synced first = house.sync(kBen);
  const protocol::RoomId unwelcome = house.rooms().create(kAnna);
  const protocol::RoomId welcome = house.rooms().create(kCora);
  house.rooms().invite(kAnna, unwelcome, kBen);
  house.rooms().invite(kCora, welcome, kBen);

  const Synced second = house.sync(kBen, {.since = first});

  CHECK(second.room(unwelcome, "invite") == nullptr);
  CHECK(second.room(welcome, "invite") != nullptr);
  CHECK(house.sync(kBen).room(unwelcome, "invite") == nullptr);
}

TEST_CASE("what an ignored person says is not told, what they change is") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.put_account_data(kAnna, "m.ignored_user_list",
                         R"({"ignored_users":{"@ben:example.org":{}}})");
  const Synced first = house.sync(kAnna);
  house.rooms().say(kBen, room, "rude");
  house.rooms().say(kAnna, room, "kind");
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));

  const Synced second = house.sync(kAnna, {.since = first});
  house.put_account_data(kAnna, "m.ignored_user_list", R"({"ignored_users":{}})");

  CHECK(second.said(room) == "kind");
  CHECK(second.keys_of(room, "timeline", "m.room.member") == kBen.user.text());
  CHECK(house.sync(kAnna, {.since = first}).said(room) == "rude kind");
}

TEST_CASE("a knock is told to the one who knocks") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.run(house.rooms()->sending.set_state(
      kAnna,
      {.room = room, .type = "m.room.join_rules", .key = "", .content = {{"join_rule", "knock"}}}));
  const Synced first = house.sync(kBen);
  house.run(house.rooms()->members.knock(kBen, {.room = room, .reason = {}}));

  const Synced second = house.sync(kBen, {.since = first});

  CHECK_FALSE(second.events(room, "knock_state", "knock").empty());
  CHECK(house.sync(kBen, {.since = second}).is_quiet());
}

TEST_CASE("a room that was left is told once, up to the leaving") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const Synced first = house.sync(kBen);
  house.rooms().say(kAnna, room, "in");
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));
  house.rooms().say(kAnna, room, "out");

  const Synced second = house.sync(kBen, {.since = first});

  CHECK(second.said(room, "leave") == "in");
  CHECK(second.room(room) == nullptr);
  CHECK(house.sync(kBen, {.since = second}).is_quiet());
}

TEST_CASE("an initial sync tells of rooms that were left only where the filter asks") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));

  CHECK(house.sync(kBen).room(room, "leave") == nullptr);
  CHECK(house.sync(kBen, {.filter = R"({"room":{"include_leave":true}})"}).room(room, "leave") !=
        nullptr);
}

TEST_CASE("other devices hear of a room that was left though it was forgotten at once") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const Synced before = house.sync(kBen);
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));
  const Synced between = house.sync(kBen, {.since = before});
  house.run(house.rooms()->members.forget(kBen, room));

  CHECK(house.sync(kBen, {.since = before}).room(room, "leave") != nullptr);
  CHECK(house.sync(kBen, {.since = between}).is_quiet());
  CHECK(house.sync(kBen, {.filter = R"({"room":{"include_leave":true}})"}).room(room, "leave") ==
        nullptr);
}

TEST_CASE("who declines an invitation is told that, and nothing of the room") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.rooms().say(kAnna, room, "secret");
  house.rooms().invite(kAnna, room, kBen);
  const Synced first = house.sync(kBen);
  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));

  const Synced second = house.sync(kBen, {.since = first});

  const auto events = second.events(room, "timeline", "leave");
  REQUIRE(events.size() == 1);
  CHECK(base::find_string(events[0], "state_key") == kBen.user.text());
  CHECK(second.events(room, "state", "leave").empty());
}

TEST_CASE("what is stored is told the same after a restart") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  const Synced first = house.sync(kAnna);
  house.rooms().join(kBen, room);
  house.rooms().say(kBen, room, "hello");
  house.restart();

  const Synced second = house.sync(kAnna, {.since = first});

  CHECK(second.said(room) == "hello");
  CHECK(second.keys_of(room, "timeline", "m.room.member") == kBen.user.text());
  CHECK(second.device_list("changed") == kBen.user.text());
}

TEST_CASE("two receipts of one person for one event are told as two events, the main one first") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const protocol::EventId root = house.rooms().say(kAnna, room, "root");
  const Synced first = house.sync(kAnna);
  for (const std::string& thread : {root.text(), std::string("main")}) {
    house.run(house.rooms()->receipts.mark(
        kBen, {.room = room, .type = "m.read", .event = root, .thread = thread}));
  }

  for (const Synced& told : {house.sync(kAnna, {.since = first}), house.sync(kAnna)}) {
    std::vector<std::string> threads;
    for (const base::JsonObject& event : told.events(room, "ephemeral")) {
      const base::JsonObject* content = base::find_object(event, "content");
      const base::JsonObject* of_event = base::find_object(*content, root.text());
      const base::JsonObject* of_type = base::find_object(*of_event, "m.read");
      const base::JsonObject* mark = base::find_object(*of_type, kBen.user.text());
      threads.emplace_back(*base::find_string(*mark, "thread_id"));
    }
    CHECK(threads == std::vector<std::string>{"main", root.text()});
  }
}

TEST_CASE("receipts are told to the others, private ones to their owner alone") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const protocol::EventId event = house.rooms().say(kAnna, room, "hello");
  const Synced anna = house.sync(kAnna);
  const Synced ben = house.sync(kBen);
  const auto mark = [&](const rooms::Actor& who, const char* type) {
    house.run(house.rooms()->receipts.mark(
        who, {.room = room, .type = type, .event = event, .thread = ""}));
  };

  mark(kBen, "m.read.private");
  CHECK(house.sync(kAnna, {.since = anna}).is_quiet());
  CHECK(house.sync(kBen, {.since = ben}).events(room, "ephemeral").size() == 1);

  mark(kBen, "m.read");
  const auto told = house.sync(kAnna, {.since = anna}).events(room, "ephemeral");
  REQUIRE(told.size() == 1);
  CHECK(base::to_text(told[0]).find("m.read.private") == std::string::npos);
}

TEST_CASE("typing is told while it lasts, and that it ended") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const storage::RoomNumber number = house.rooms().room(room)->number();
  const Synced first = house.sync(kAnna);
  const auto typing = [&](const Synced& synced) {
    const auto events = synced.events(room, "ephemeral");
    return events.empty() ? "nothing" : base::to_text(*base::find_object(events[0], "content"));
  };

  house->typing.start(number, kBen.user, std::chrono::seconds(30));
  const Synced second = house.sync(kAnna, {.since = first});
  house->typing.stop(number, kBen.user);
  const Synced third = house.sync(kAnna, {.since = second});

  CHECK(typing(second) == R"({"user_ids":["@ben:example.org"]})");
  CHECK(typing(third) == R"({"user_ids":[]})");
  CHECK(typing(house.sync(kAnna, {.since = third})) == "nothing");
}

TEST_CASE("typing is told of a room where nothing else happened, whatever came in other rooms") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  const protocol::RoomId busy = house.rooms().create(kAnna);
  house.rooms().join(kBen, room);
  const Synced first = house.sync(kAnna);
  house->typing.start(house.rooms().room(room)->number(), kBen.user, std::chrono::seconds(30));
  // More than what memory says in order: all rooms that changed are looked at.
  for (int i = 0; i < 100; ++i) house.rooms().say(kAnna, busy, "x");

  CHECK(house.sync(kAnna, {.since = first}).events(room, "ephemeral").size() == 1);
}

TEST_CASE("who leaves a room does not type in it any more") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const storage::RoomNumber number = house.rooms().room(room)->number();
  house->typing.start(number, kBen.user, std::chrono::seconds(30));
  house->typing.start(number, kAnna.user, std::chrono::seconds(30));

  house.run(house.rooms()->members.leave(kBen, room, std::nullopt));

  CHECK(house->typing.typing_in(number) == std::vector{kAnna.user});
}

TEST_CASE("the summary counts members and names heroes where the room has no name") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  house.rooms().invite(kAnna, room, kCora);

  const Synced first = house.sync(kAnna);

  const base::JsonObject* summary = base::find_object(*first.room(room), "summary");
  REQUIRE(summary != nullptr);
  CHECK(base::find_integer(*summary, "m.joined_member_count") == 2);
  CHECK(base::find_integer(*summary, "m.invited_member_count") == 1);
  CHECK(base::to_text(*base::find_array(*summary, "m.heroes")) ==
        R"(["@ben:example.org","@cora:example.org"])");
}

TEST_CASE("unread counts are those of the whole room, or by thread where asked") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house->unread.counts = {.whole_room = {5, 2}, .main = {3, 1}, .threads = {{"$root", {2, 1}}}};

  const Synced whole = house.sync(kAnna);
  const Synced by_thread = house.sync(
      kAnna, {.filter = R"({"room":{"timeline":{"unread_thread_notifications":true}}})"});

  const auto count = [&](const Synced& synced) {
    return base::find_integer(*base::find_object(*synced.room(room), "unread_notifications"),
                              "notification_count");
  };
  CHECK(count(whole) == 5);
  CHECK_FALSE(whole.room(room)->contains("unread_thread_notifications"));
  CHECK(count(by_thread) == 3);
  CHECK(by_thread.room(room)->contains("unread_thread_notifications"));
}

}  // namespace
}  // namespace chancery::sync
