// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/rooms.hpp"

#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <vector>

namespace chancery::rooms {
namespace {

using support::RoomHouse;

const Actor kAlice = RoomHouse::person("alice");

void remove(RoomHouse& house, storage::RoomNumber number, const protocol::RoomId& room) {
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoom{number, room});
  house.run(house.store().committer().commit(std::move(change)));
}

TEST_CASE("a room that was removed is found by nobody, and that is no failure") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice);
  const storage::RoomNumber number = house.room(room)->number();
  REQUIRE(house.run(house->rooms.find(number)) != nullptr);

  remove(house, number, room);

  CHECK(house.run(house->rooms.find(number)) == nullptr);
  CHECK(house.run(house->rooms.find(room)) == nullptr);
  CHECK(house.error_of(house->rooms.get(number)) == protocol::ErrorCode::unavailable);
  house.restart();
  CHECK(house.run(house->rooms.find(number)) == nullptr);
}

TEST_CASE("the newest room's number is not given again once it was removed") {
  RoomHouse house;
  const protocol::RoomId gone = house.create(kAlice);
  const storage::RoomNumber number = house.room(gone)->number();
  remove(house, number, gone);
  house.restart();
  house.scheduler().advance(std::chrono::seconds(1));  // else it would be the same room again

  const protocol::RoomId made = house.create(kAlice);
  house.say(kAlice, made, "what stays");
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoomEvents{number, 1'000});
  house.run(house.store().committer().commit(std::move(change)));
  house.restart();

  CHECK(house.room(made)->number() > number);
  CHECK(base::find_string(house.timeline(made).back()->event->content(), "body") == "what stays");
}

TEST_CASE("the current state is given by its root, and by no other") {
  RoomHouse house;
  const protocol::RoomId id = house.create(kAlice, {.name = "before"});
  const RoomPtr room = house.room(id);
  const storage::StateRoot before = room->head().state;
  const storage::EventNumber old_name = room->find_state("m.room.name", "");
  CHECK(room->find_state_at(before, "m.room.name", "") == old_name);

  house.run(house->sending.set_state(
      kAlice, {.room = id, .type = "m.room.name", .key = "", .content = {{"name", "after"}}}));

  CHECK_FALSE(room->state_entries_at(before).has_value());
  CHECK_FALSE(room->find_state_at(before, "m.room.name", "").has_value());
  const storage::StateRoot after = room->head().state;
  REQUIRE(room->state_entries_at(after, "m.room.name").has_value());
  CHECK(room->state_entries_at(after, "m.room.name")->front().event != old_name);
  CHECK(room->state_entries_at(after)->size() == room->state_entries().size());
  house.restart();
  CHECK(house.room(id)->state_entries_at(after).has_value());
}

TEST_CASE("what is being told to a room is not lost when it forgets its newest events") {
  RoomHouse house;
  const protocol::RoomId id = house.create(kAlice);
  const RoomPtr room = house.room(id);
  const auto event = std::make_shared<CachedEvent>(*house.timeline(id).back());
  const storage::StreamPosition before = room->last_position();
  const storage::StreamPosition position{before.value + 1};
  event->number = {event->number.value + 1};
  room->prepare(event);
  REQUIRE(room->apply(storage::AppendEvent{.number = event->number,
                                           .room = room->number(),
                                           .event = event->event,
                                           .record = {},
                                           .state_after = event->state_after,
                                           .replaces = {},
                                           .relation_type = {},
                                           .related_event = {},
                                           .device = {},
                                           .transaction = {},
                                           .delay_id = {},
                                           .sticky_until = {}},
                      position) != nullptr);

  room->forget_recent();  // a reader, between the event and the head that it leads to
  room->apply(storage::SetRoomHead{.room = room->number(),
                                   .state = event->state_after,
                                   .depth = 99,
                                   .forward_extremities = {event->event->id()}},
              position);

  // Nobody is told that nothing came.
  CHECK_FALSE(room->find_recent({.room = room->number(),
                                 .after = before,
                                 .until = position,
                                 .direction = storage::Direction::forwards,
                                 .limit = 10})
                  .has_value());
  CHECK(room->find_state_at(position) == event->state_after);
}

TEST_CASE("heroes are the first members but the one who asks, and follow every change") {
  RoomHouse house;
  const protocol::RoomId room = house.create(kAlice, {.preset = Preset::public_chat});
  std::vector<Actor> people;
  for (const char* name : {"p0", "p1", "p2", "p3", "p4", "p5", "p6"}) {
    people.push_back(RoomHouse::person(name));
    house.join(people.back(), room);
  }
  const auto heroes = [&](const Actor& viewer) {
    std::string names;
    for (const protocol::UserId& user : house.room(room)->heroes(viewer.user, 5)) {
      names += std::string(user.localpart()) + " ";
    }
    return names;
  };
  CHECK(heroes(kAlice) == "p0 p1 p2 p3 p4 ");
  CHECK(heroes(people[1]) == "alice p0 p2 p3 p4 ");

  house.run(house->members.leave(people[0], room, std::nullopt));
  CHECK(heroes(kAlice) == "p1 p2 p3 p4 p5 ");
  for (std::size_t i = 1; i < people.size(); ++i) {
    house.run(house->members.leave(people[i], room, std::nullopt));
  }
  CHECK(heroes(kAlice) == "p0 p1 p2 p3 p4 ");
  CHECK(heroes(people[0]) == "alice ");
}

// Which of some rooms are in memory though nobody holds them.
struct SmallMemory {
  explicit SmallMemory(std::size_t entries)
      : rooms(house.store().events(), house->keys, house.store().committer(),
              {.room_entries = entries}) {
    for (std::weak_ptr<Room>& room : seen) {
      const protocol::RoomId id = house.create(kAlice);
      ids.push_back(id);
      room.reset();
    }
    house.run(rooms.load());
  }
  ~SmallMemory() { house.store().committer().stop(); }
  void look_at(std::size_t which) { seen[which] = house.run(rooms.find(ids[which])); }
  [[nodiscard]] bool has(std::size_t which) const { return !seen[which].expired(); }

  RoomHouse house;
  Rooms rooms;
  std::array<std::weak_ptr<Room>, 3> seen;
  std::vector<protocol::RoomId> ids;
};

TEST_CASE("of rooms in memory the one goes that nobody has asked for longest") {
  SmallMemory memory(250);  // two of them

  memory.look_at(0);
  memory.look_at(1);
  memory.look_at(0);
  memory.look_at(2);

  CHECK(memory.has(0));
  CHECK_FALSE(memory.has(1));
  CHECK(memory.has(2));
}

TEST_CASE("a room with many entries takes the place of many rooms") {
  SmallMemory memory(400);  // three of them
  for (int i = 0; i < 200; ++i) {
    memory.house.run(memory.house->sending.set_state(kAlice, {.room = memory.ids[2],
                                                              .type = "org.example.entry",
                                                              .key = std::to_string(i),
                                                              .content = {}}));
  }
  memory.look_at(0);
  memory.look_at(1);
  CHECK(memory.has(0));

  memory.look_at(2);

  CHECK_FALSE(memory.has(0));
  CHECK_FALSE(memory.has(1));
  CHECK(memory.has(2));
}

}  // namespace
}  // namespace chancery::rooms
