// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/reading.hpp"

#include "domain/rooms/visible_history.hpp"
#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using storage::Direction;
using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");

struct Reader {
  RoomHouse house;
  protocol::RoomId room = house.create(kAlice);

  // Sent at `at` by what it says of itself.
  protocol::EventId say_at(std::int64_t at, base::JsonObject content = {{"body", "word"}},
                           std::string type = "m.room.message") {
    return house.run(house->sending.send(kAlice, {.room = room,
                                                  .type = std::move(type),
                                                  .content = std::move(content),
                                                  .transaction = std::to_string(++sent),
                                                  .sent_at = base::Timestamp{at}}));
  }
  template <typename Ask>
  auto ask(Ask&& question) {
    VisibleHistory visible(house->rooms, house->ignored_users, house->invite_permissions,
                           house->erased);
    Reading reading(house->rooms, visible);
    const Reading::View view = house.run(reading.get_view(kAlice.user, room));
    return house.run(question(reading, view));
  }
  // The id of what is found, "" where nothing is.
  std::string find(std::int64_t at, Direction direction) {
    const CachedEventPtr found = ask([&](Reading& reading, const Reading::View& view) {
      return reading.find_by_time(view, {at}, direction);
    });
    return found ? found->event->id().text() : std::string();
  }
  // Events that were read since the start.
  std::size_t opened() {
    std::size_t count = 0;
    for (std::uint64_t number = 1; number < 10'000; ++number) {
      if (house->rooms.events().find_in_memory({number})) ++count;
    }
    return count;
  }
  int sent = 0;
};

constexpr std::int64_t kLater = 4'000'000'000'000;  // than everything that makes a room

TEST_CASE("the event closest to a time is found in a long room by reading little of it") {
  Reader reader;
  std::vector<protocol::EventId> events;
  for (int i = 0; i < 1'500; ++i) events.push_back(reader.say_at(kLater + 10 * i));
  reader.house.restart();

  CHECK(reader.find(kLater + 7'005, Direction::forwards) == events[701].text());
  CHECK(reader.opened() < 300);
  CHECK(reader.find(kLater + 7'005, Direction::backwards) == events[700].text());
  CHECK(reader.find(kLater + 7'010, Direction::forwards) == events[701].text());
  CHECK(reader.find(kLater + 7'010, Direction::backwards) == events[701].text());
  CHECK(reader.find(kLater, Direction::forwards) == events[0].text());
  CHECK(reader.find(kLater + 99'999, Direction::backwards) == events.back().text());
  CHECK(reader.find(kLater + 99'999, Direction::forwards).empty());
  CHECK(reader.find(0, Direction::backwards).empty());
}

TEST_CASE("times that do not grow with places are found where they are near each other") {
  Reader reader;
  std::vector<protocol::EventId> events;
  for (const std::int64_t at : {10, 30, 20, 50, 40, 60}) {
    events.push_back(reader.say_at(kLater + at));
  }
  CHECK(reader.find(kLater + 15, Direction::forwards) == events[2].text());
  CHECK(reader.find(kLater + 35, Direction::forwards) == events[4].text());
  CHECK(reader.find(kLater + 45, Direction::backwards) == events[4].text());
  CHECK(reader.find(kLater + 35, Direction::backwards) == events[1].text());
}

TEST_CASE("a page of what relates to an event reads about as much as it shows") {
  Reader reader;
  const protocol::EventId root = reader.say_at(kLater);
  std::vector<protocol::EventId> replies;
  for (int i = 0; i < 300; ++i) {
    replies.push_back(reader.say_at(
        kLater, {{"body", "reply"},
                 {"m.relates_to", {{"rel_type", "m.thread"}, {"event_id", root.text()}}}}));
  }
  reader.say_at(
      kLater,
      {{"m.relates_to", {{"rel_type", "m.annotation"}, {"event_id", root.text()}, {"key", "+"}}}},
      "m.reaction");
  reader.house.restart();
  Reading::RelatedWanted wanted{.event = root, .relation_type = "m.thread", .limit = 5};
  const auto load = [&] {
    return reader.ask([&](Reading& reading, const Reading::View& view) {
      return reading.load_related(view, wanted);
    });
  };

  const Reading::Page first = load();
  REQUIRE(first.seen.events.size() == 5);
  CHECK(first.seen.events.front()->event->id() == replies[299]);
  CHECK(first.seen.events.back()->event->id() == replies[295]);
  REQUIRE(first.end.has_value());
  CHECK(reader.opened() < 50);
  wanted.depth = Reading::kDeepest;
  const Reading::Page deep = load();
  CHECK(deep.seen.events.front()->event->id() == replies[299]);
  CHECK(deep.end == first.end);
  CHECK(reader.opened() < 50);
  wanted.depth = 1;

  wanted.from = first.end;
  CHECK(load().seen.events.front()->event->id() == replies[294]);
  wanted.from = std::nullopt;
  wanted.direction = Direction::forwards;
  wanted.limit = 300;
  const Reading::Page all = load();
  CHECK(all.seen.events.size() == 300);
  CHECK(all.seen.events.front()->event->id() == replies[0]);
  CHECK_FALSE(all.end.has_value());
  wanted.event_type = "m.reaction";
  wanted.relation_type = "";
  CHECK(load().seen.events.size() == 1);
}

}  // namespace
}  // namespace chancery::rooms
