// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/typing.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

// A feed that tells nothing.
class SilentFeed final : public storage::CommittedChanges {
 public:
  void add_reader(storage::FeedReader /*reader*/) override {}
  void add_follower(storage::FeedReader /*reader*/) override {}
  [[nodiscard]] storage::StreamPosition last_position() const override { return {}; }
};

class HandClock final : public runtime::Clock {
 public:
  base::Timestamp now() const override { return {}; }
  runtime::SteadyTime steady_now() const override { return at; }
  runtime::SteadyTime at;
};

const protocol::UserId kAlice = protocol::UserId::trusted("@alice:example.org");
constexpr storage::RoomNumber kRoom{1};

TEST_CASE("who starts typing is typing until they stop") {
  HandClock clock;
  SilentFeed feed;
  Typing typing(clock, feed);

  typing.start(kRoom, kAlice, std::chrono::seconds(30));
  CHECK(typing.typing_in(kRoom) == std::vector{kAlice});

  typing.stop(kRoom, kAlice);
  CHECK(typing.typing_in(kRoom).empty());
}

TEST_CASE("typing ends by itself when its time is over") {
  HandClock clock;
  SilentFeed feed;
  Typing typing(clock, feed);
  typing.start(kRoom, kAlice, std::chrono::seconds(30));
  const std::uint64_t started = typing.changed_at(kRoom);

  clock.at += std::chrono::seconds(31);
  typing.expire();

  CHECK(typing.typing_in(kRoom).empty());
  CHECK(typing.changed_at(kRoom) > started);
}

TEST_CASE("typing on is no news, but lasts longer") {
  HandClock clock;
  SilentFeed feed;
  Typing typing(clock, feed);
  int told = 0;
  typing.add_listener([&told](storage::RoomNumber) { ++told; });

  typing.start(kRoom, kAlice, std::chrono::seconds(30));
  clock.at += std::chrono::seconds(20);
  typing.start(kRoom, kAlice, std::chrono::seconds(30));
  clock.at += std::chrono::seconds(20);
  typing.expire();

  CHECK(told == 1);
  CHECK(typing.typing_in(kRoom) == std::vector{kAlice});
}

TEST_CASE("stopping without having started changes nothing") {
  HandClock clock;
  SilentFeed feed;
  Typing typing(clock, feed);

  typing.stop(kRoom, kAlice);

  CHECK(typing.serial() == 0);
}

TEST_CASE("the rooms that changed since a serial are told with the serial that covers them") {
  HandClock clock;
  SilentFeed feed;
  Typing typing(clock, feed);
  typing.start(kRoom, kAlice, std::chrono::seconds(30));
  typing.start({2}, kAlice, std::chrono::seconds(60));
  const Typing::Changes first = typing.changed_since(0);
  clock.at += std::chrono::seconds(31);
  typing.expire();
  const Typing::Changes second = typing.changed_since(first.serial);

  CHECK(first.rooms == std::vector{kRoom, storage::RoomNumber{2}});
  CHECK(second.rooms == std::vector{kRoom});
  CHECK(second.serial == typing.serial());
  CHECK(typing.changed_since(second.serial).rooms->empty());
}

TEST_CASE(
    "of rooms where nobody types only the latest are remembered, and none is taken for quiet") {
  HandClock clock;
  SilentFeed feed;
  Typing typing(clock, feed, 2);
  typing.start({9}, kAlice, std::chrono::seconds(30));
  const std::uint64_t told = typing.serial();
  for (std::uint32_t room = 1; room <= 5; ++room) {
    typing.start({room}, kAlice, std::chrono::seconds(30));
    typing.stop({room}, kAlice);
  }

  CHECK_FALSE(typing.changed_since(told).rooms.has_value());
  CHECK(typing.changed_at({1}) > told);
  CHECK(typing.changed_since(typing.serial() - 1).rooms == std::vector{storage::RoomNumber{5}});
  CHECK(typing.typing_in({9}) == std::vector{kAlice});
}

}  // namespace
}  // namespace chancery::rooms
