// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/receipts.hpp"

#include "runtime/task_group.hpp"
#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using support::RoomHouse;

const Actor kAnna = RoomHouse::person("anna");
const Actor kBen = RoomHouse::person("ben");

// Two people in a room where something was said.
struct Readers {
  Readers() : room(house.create(kAnna, {.preset = Preset::public_chat})) {
    house.join(kBen, room);
    one = house.say(kAnna, room, "one");
    two = house.say(kAnna, room, "two");
  }
  storage::RoomNumber number() { return house.room(room)->number(); }
  storage::StreamPosition now() { return house.store().committer().last_position(); }
  void mark(const Actor& who, const protocol::EventId& event, std::string thread = "",
            std::string type = "m.read") {
    house.run(house->receipts.mark(
        who, {.room = room, .type = std::move(type), .event = event, .thread = std::move(thread)}));
  }
  // "thread=event" of the receipts since `after`, in order.
  std::string since(storage::StreamPosition after) {
    std::string text;
    for (const auto& receipt : house.run(house->receipts.load_since(number(), after))) {
      text += receipt.thread + "=" + (receipt.event == one ? "one " : "two ");
    }
    return text;
  }

  RoomHouse house;
  protocol::RoomId room;
  protocol::EventId one;
  protocol::EventId two;
};

TEST_CASE("a receipt goes forwards only") {
  Readers readers;
  readers.mark(kBen, readers.two);
  const auto after = readers.now();
  readers.mark(kBen, readers.one);

  CHECK(readers.since({0}) == "=two ");
  CHECK(readers.now() == after);
}

TEST_CASE("the marker of what was read in full goes forwards only") {
  Readers readers;
  const auto mark = [&](const protocol::EventId& event) {
    readers.house.run(readers.house->receipts.mark_fully_read(kBen, readers.room, event));
  };
  const auto marked = [&] {
    return readers.house
        .run(readers.house->account_data.find(kBen.user, readers.room.text(), "m.fully_read"))
        .value_or("");
  };
  mark(readers.one);
  CHECK(marked() == R"({"event_id":")" + readers.one.text() + "\"}");
  mark(readers.two);
  const auto after = readers.now();
  mark(readers.one);
  mark(readers.two);

  CHECK(marked() == R"({"event_id":")" + readers.two.text() + "\"}");
  CHECK(readers.now() == after);
}

TEST_CASE("of two receipts that come at the same time the older event does not win") {
  Readers readers;
  runtime::TaskGroup group("marks");
  for (const protocol::EventId& event : {readers.two, readers.one}) {
    group.spawn_on(
        readers.house.scheduler(),
        readers.house->receipts.mark(
            kBen, {.room = readers.room, .type = "m.read", .event = event, .thread = {}}));
  }
  readers.house.run(group.join());

  CHECK(readers.since({0}) == "=two ");
}

TEST_CASE("receipts are found by when they came, each in its newest form") {
  Readers readers;
  readers.mark(kAnna, readers.one);
  const auto between = readers.now();
  readers.mark(kBen, readers.one);
  readers.mark(kBen, readers.two);

  CHECK(readers.since({0}) == "=one =two ");
  CHECK(readers.since(between) == "=two ");
  CHECK(readers.since(readers.now()) == "");
}

TEST_CASE("an unthreaded receipt takes the place of threaded ones that name nothing newer") {
  Readers readers;
  readers.mark(kBen, readers.one, "main");
  readers.mark(kBen, readers.one);

  CHECK(readers.since({0}) == "=one ");
}

TEST_CASE("a threaded receipt that says no more than the unthreaded one is passed over") {
  Readers readers;
  readers.mark(kBen, readers.one);
  readers.mark(kBen, readers.one, "main");
  CHECK(readers.since({0}) == "=one ");

  readers.mark(kBen, readers.two, "main");
  CHECK(readers.since({0}) == "=one main=two ");
}

TEST_CASE("receipts of two threads for one event are both kept, each with a place") {
  Readers readers;
  readers.mark(kBen, readers.one, readers.one.text());
  readers.mark(kBen, readers.one, "main");
  readers.mark(kAnna, readers.one, "main");
  const auto all = readers.house.run(readers.house->receipts.load_since(readers.number(), {0}));
  CHECK(all.size() == 3);

  const auto contents = receipts_contents(all);

  REQUIRE(contents.size() == 2);
  CHECK(contents[0].find(kAnna.user.text()) != std::string::npos);
  CHECK(contents[0].find(R"("thread_id":"main")") != std::string::npos);
  CHECK(contents[0].find(R"("thread_id":"$)") == std::string::npos);
  CHECK(contents[1].find(R"("thread_id":")" + readers.one.text()) != std::string::npos);
  CHECK(contents[1].find(kAnna.user.text()) == std::string::npos);
  CHECK(receipts_contents({}).empty());
}

TEST_CASE("of receipts one is shown neither what is private nor what ignored people read") {
  Readers readers;
  readers.mark(kBen, readers.one);
  readers.mark(kBen, readers.two, "", "m.read.private");
  const auto all = readers.house.run(readers.house->receipts.load_since(readers.number(), {0}));
  const auto count = [&](const Actor& viewer, const accounts::IgnoredUsers::Users& ignored) {
    ReceiptsOfRoom shown = all;
    keep_shown(shown, viewer.user, ignored);
    return shown.size();
  };

  CHECK(count(kBen, {}) == 2);
  CHECK(count(kAnna, {}) == 1);
  CHECK(count(kAnna, {kBen.user}) == 0);
}

TEST_CASE("public and private receipts stand beside each other") {
  Readers readers;
  readers.mark(kBen, readers.one, "", "m.read");
  readers.mark(kBen, readers.two, "", "m.read.private");
  readers.mark(kAnna, readers.two);

  const auto of_ben =
      readers.house.run(readers.house->receipts.load_of(readers.number(), kBen.user));
  REQUIRE(of_ben.size() == 2);
  CHECK(of_ben[0].event == readers.one);
  CHECK(of_ben[1].event == readers.two);
}

TEST_CASE("receipts are the same after a restart") {
  Readers readers;
  readers.mark(kBen, readers.one, "main");
  readers.mark(kBen, readers.one);
  readers.mark(kBen, readers.two, "main");
  readers.mark(kAnna, readers.two);
  const std::string before = readers.since({0});

  readers.house.restart();

  CHECK(readers.since({0}) == before);
  CHECK(before == "=one main=two =two ");
}

TEST_CASE("of a room that was removed there are no receipts, and whoever asks is answered") {
  Readers readers;
  readers.mark(kBen, readers.two);
  const storage::RoomNumber number = readers.number();
  readers.house.restart();  // none are in memory
  storage::Change change;
  change.mutations.emplace_back(storage::RemoveRoom{number, readers.room});
  readers.house.run(readers.house.store().committer().commit(std::move(change)));

  CHECK(readers.house.run(readers.house->receipts.load_since(number, {0})).empty());
  CHECK(readers.house->receipts.last_position(number) == storage::StreamPosition{0});
}

TEST_CASE("the rooms that nobody asks about go out of memory, and come back when asked about") {
  RoomHouse house;
  Receipts receipts(house->ports, house->receipt_store, house->account_data, 3);
  house.run(receipts.load());
  std::vector<storage::RoomNumber> numbers;
  for (int i = 0; i < 4; ++i) {
    const protocol::RoomId room = house.create(kAnna, {.preset = Preset::public_chat});
    house.join(kBen, room);
    const protocol::EventId event = house.say(kAnna, room, "hello");
    for (const Actor& who : {kAnna, kBen}) {
      house.run(receipts.mark(who, {.room = room, .type = "m.read", .event = event, .thread = ""}));
    }
    numbers.push_back(house.room(room)->number());
  }

  CHECK(receipts.size() <= 3);
  for (const storage::RoomNumber number : numbers) {
    CHECK(house.run(receipts.load_since(number, {0})).size() == 2);
    CHECK(receipts.size() <= 3);
  }
  house.store().committer().stop();
}

}  // namespace
}  // namespace chancery::rooms
