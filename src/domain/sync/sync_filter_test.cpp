// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
// Filters in a sync: what they leave out, and what is told of it all the same.
#include "domain/rooms/reading.hpp"
#include "tests/support/sync_house.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

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

TEST_CASE("a filter leaves out what it does not want, and the limit counts what is left") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  for (int i = 1; i <= 4; ++i) {
    house.rooms().say(kAnna, room, "a" + std::to_string(i));
    house.rooms().say(kBen, room, "b" + std::to_string(i));
  }
  const auto with = [&](std::string timeline) {
    return house.sync(kAnna, {.filter = R"({"room":{"timeline":)" + timeline + "}}"});
  };

  CHECK(with(R"({"limit":2})").said(room) == "a4 b4");
  CHECK(with(R"({"limit":2,"senders":["@ben:example.org"]})").said(room) == "b3 b4");
  CHECK(with(R"({"types":["m.room.member"]})").said(room) == "");
  CHECK(house.sync(kAnna, {.filter = R"({"room":{"not_rooms":[")" + room.text() + R"("]}})"})
            .room(room) == nullptr);
}

// What a client sees that wants messages alone in its timelines.
struct Messages {
  Messages() { house.rooms().join(kBen, room); }
  Synced sync(std::optional<Synced> since = std::nullopt, std::string more = "") {
    return house.sync(
        kAnna, {.since = std::move(since),
                .filter = R"({"room":{"timeline":{"types":["m.room.message"]})" + more + "}}"});
  }
  void set(const rooms::Actor& who, std::string type, base::JsonObject content) {
    house.run(house.rooms()->sending.set_state(
        who, {.room = room, .type = std::move(type), .key = "", .content = std::move(content)}));
  }
  void name(const std::string& name) { set(kAnna, "m.room.name", {{"name", name}}); }
  // The contents of the events of `type` in the state, in one text.
  std::string told(const Synced& synced, std::string_view type) {
    std::string all;
    for (const base::JsonObject& event : synced.events(room, "state")) {
      if (base::find_string(event, "type") != type) continue;
      all += base::to_text(*base::find_object(event, "content"));
    }
    return all;
  }

  SyncHouse house;
  protocol::RoomId room = house.rooms().create(kAnna, public_room());
};

TEST_CASE("state that the timeline's filter leaves out is told beside it, at the beginning too") {
  Messages messages;
  messages.house.rooms().say(kAnna, messages.room, "hello");

  const Synced first = messages.sync();

  CHECK(first.said(messages.room) == "hello");
  CHECK(messages.told(first, "m.room.create") != "");
  CHECK(messages.told(first, "m.room.power_levels") != "");
  CHECK(first.keys_of(messages.room, "state", "m.room.member") ==
        kAnna.user.text() + " " + kBen.user.text());
}

TEST_CASE("state that changed between two messages is told though the filter leaves it out") {
  Messages messages;
  const Synced first = messages.sync();
  messages.name("before");
  messages.house.rooms().say(kAnna, messages.room, "one");
  messages.name("between");
  messages.set(kAnna, "m.room.topic", {{"topic", "war"}});
  messages.house.rooms().say(kAnna, messages.room, "two");
  messages.set(kAnna, "m.room.topic", {{"topic", "peace"}});

  const Synced second = messages.sync(first);
  messages.name("after");
  const Synced third = messages.sync(second);

  CHECK(second.said(messages.room) == "one two");
  CHECK(messages.told(second, "m.room.name") == R"({"name":"between"})");
  CHECK(messages.told(second, "m.room.topic") == R"({"topic":"peace"})");
  CHECK(third.events(messages.room, "timeline").empty());
  CHECK(messages.told(third, "m.room.name") == R"({"name":"after"})");
  CHECK(messages.sync(third).is_quiet());
}

TEST_CASE("of state that the timeline shows in its newest form the form before is told beside it") {
  Messages messages;
  messages.set(kAnna, "m.room.power_levels",
               {{"users", base::JsonObject{{kBen.user.text(), 100}}}});
  const auto sync = [&](std::optional<Synced> since) {
    return messages.house.sync(
        kAnna, {.since = std::move(since),
                .filter = R"({"room":{"timeline":{"not_senders":["@ben:example.org"]}}})"});
  };
  const Synced first = sync(std::nullopt);
  messages.set(kBen, "m.room.name", {{"name", "ben's"}});
  messages.house.rooms().say(kAnna, messages.room, "one");
  messages.set(kBen, "m.room.topic", {{"topic", "ben's"}});
  messages.name("anna's");

  const Synced second = sync(first);

  CHECK(messages.told(second, "m.room.name") == R"({"name":"ben's"})");
  CHECK(messages.told(second, "m.room.topic") == R"({"topic":"ben's"})");
  CHECK(second.events(messages.room, "timeline").size() == 2);
}

TEST_CASE(
    "lazily loaded, the member of a sender whose joining the filter leaves out is told once") {
  Messages messages;
  const std::string lazy = R"(,"state":{"lazy_load_members":true})";
  const Synced first = messages.sync(std::nullopt, lazy);
  messages.house.rooms().say(kAnna, messages.room, "one");
  messages.house.rooms().join(kCora, messages.room);
  messages.house.rooms().say(kCora, messages.room, "two");

  const Synced second = messages.sync(first, lazy);

  CHECK(second.said(messages.room) == "one two");
  CHECK(second.keys_of(messages.room, "state", "m.room.member") == kCora.user.text());
}

TEST_CASE("what may lie behind many events that a filter leaves out is a gap, not nothing") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna, public_room());
  house.rooms().join(kBen, room);
  const Synced first = house.sync(kAnna);
  house.rooms().say(kBen, room, "old");
  for (int i = 1; i <= 510; ++i) house.rooms().say(kAnna, room, "x");
  const std::string bens = R"({"room":{"timeline":{"limit":1,"senders":["@ben:example.org"]}}})";

  const Synced second = house.sync(kAnna, {.since = first, .filter = bens});

  CHECK(second.said(room) == "");
  REQUIRE(second.room(room) != nullptr);
  CHECK(is_limited(second, room));
  rooms::Reading reading(house.rooms()->rooms, house.rooms()->visible);
  const rooms::Reading::View view = house.run(reading.get_view(kAnna.user, room));
  rooms::Reading::PageWanted wanted;
  wanted.from = place_before(second, room);
  wanted.limit = 100;
  const auto page = house.run(reading.load_page(view, wanted));
  const auto is_old = [](const rooms::CachedEventPtr& event) {
    return base::find_string(event->event->content(), "body") == "old";
  };
  CHECK(std::ranges::any_of(page.seen.events, is_old));
}

TEST_CASE("a filter chooses the fields that events are shown with") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  house.rooms().say(kAnna, room, "hello");

  const Synced first = house.sync(kAnna, {.filter = R"({"event_fields":["type","content.body"]})"});

  const base::JsonObject event = first.events(room, "timeline").back();
  CHECK(event.size() == 2);
  CHECK(base::find_string(event, "type") == "m.room.message");
  CHECK(base::to_text(*base::find_object(event, "content")) == R"({"body":"hello"})");
}

TEST_CASE("a filter asks for events as servers exchange them") {
  SyncHouse house;
  const protocol::RoomId room = house.rooms().create(kAnna);
  const protocol::EventId id = house.rooms().say(kAnna, room, "hello");

  const Synced first = house.sync(kAnna, {.filter = R"({"event_format":"federation"})"});

  const base::JsonObject event = first.events(room, "timeline").back();
  for (const char* member : {"auth_events", "prev_events", "depth", "hashes", "unsigned"}) {
    CAPTURE(member);
    CHECK(event.contains(member));
  }
  CHECK(base::find_string(event, "event_id") == id.text());
  CHECK(base::find_string(event, "room_id") == room.text());
}

}  // namespace
}  // namespace chancery::sync
