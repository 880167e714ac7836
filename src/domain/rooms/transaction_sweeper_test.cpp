// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/transaction_sweeper.hpp"

#include "storage/commit/change.hpp"
#include "tests/support/room_house.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

using support::RoomHouse;

const Actor kAnna = RoomHouse::person("anna");

struct Sweeping {
  Sweeping() { start(); }
  std::size_t sweep() { return house.run(sweeper->sweep()); }
  void restart() {
    house.restart();
    start();
  }
  std::size_t remembered() {
    return house.run(house.store().events().load_transactions(std::nullopt, 100'000)).ids.size();
  }
  void start() {
    sweeper.emplace(TransactionSweeper::Ports{.events = house.store().events(),
                                              .committer = house.store().committer(),
                                              .clock = house.scheduler().clock()});
  }

  RoomHouse house;
  std::optional<TransactionSweeper> sweeper;
};

TEST_CASE("a transaction id is kept for three days, and then forgotten") {
  Sweeping world;
  const protocol::RoomId room = world.house.create(kAnna);
  world.house.say(kAnna, room, "old");
  world.house.scheduler().advance(std::chrono::hours(71));
  world.house.say(kAnna, room, "new");
  CHECK(world.sweep() == 0);
  CHECK(world.remembered() == 2);

  world.house.scheduler().advance(std::chrono::hours(2));
  CHECK(world.sweep() == 1);
  CHECK(world.remembered() == 1);
}

TEST_CASE("a repeated request has one effect as long as its id is kept, restart or not") {
  Sweeping world;
  const protocol::RoomId room = world.house.create(kAnna);
  const protocol::EventId first = world.house.say(kAnna, room, "hello", "t");
  world.house.scheduler().advance(std::chrono::hours(71));
  world.sweep();
  world.restart();

  CHECK(world.house.say(kAnna, room, "hello", "t") == first);
  // Two hours later it is a new one, though nothing fails.
  world.house.scheduler().advance(std::chrono::hours(2));
  CHECK(world.sweep() == 1);
  world.restart();
  CHECK(world.house.say(kAnna, room, "hello", "t") != first);
}

TEST_CASE("when it has come round it rests for an hour") {
  Sweeping world;
  const protocol::RoomId room = world.house.create(kAnna);
  world.house.say(kAnna, room, "old");
  world.house.scheduler().advance(std::chrono::hours(72) - std::chrono::minutes(1));
  CHECK(world.sweep() == 0);

  world.house.scheduler().advance(std::chrono::minutes(30));
  CHECK(world.sweep() == 0);
  world.house.scheduler().advance(std::chrono::minutes(31));
  CHECK(world.sweep() == 1);
}

TEST_CASE("one call looks at so many ids and no more, and the next goes on behind them") {
  Sweeping world;
  constexpr std::size_t kOfOneCall = TransactionSweeper::kPage * TransactionSweeper::kMostPages;
  storage::Change change;
  for (std::size_t i = 0; i < kOfOneCall + 5; ++i) {
    change.mutations.emplace_back(
        storage::RememberTransaction{kAnna.user, "PHONE/send", std::to_string(i), "$event", {1}});
  }
  world.house.run(world.house.store().committer().commit(std::move(change)));

  CHECK(world.sweep() == kOfOneCall);
  CHECK(world.sweep() == 5);
  CHECK(world.remembered() == 0);
}

}  // namespace
}  // namespace chancery::rooms
