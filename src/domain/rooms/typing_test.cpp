// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/typing.hpp"

#include <doctest/doctest.h>

namespace chancery::rooms {
namespace {

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
  Typing typing(clock);

  typing.start(kRoom, kAlice, std::chrono::seconds(30));
  CHECK(typing.typing_in(kRoom) == std::vector{kAlice});

  typing.stop(kRoom, kAlice);
  CHECK(typing.typing_in(kRoom).empty());
}

TEST_CASE("typing ends by itself when its time is over") {
  HandClock clock;
  Typing typing(clock);
  typing.start(kRoom, kAlice, std::chrono::seconds(30));
  const std::uint64_t started = typing.changed_at(kRoom);

  clock.at += std::chrono::seconds(31);
  typing.expire();

  CHECK(typing.typing_in(kRoom).empty());
  CHECK(typing.changed_at(kRoom) > started);
}

TEST_CASE("typing on is no news, but lasts longer") {
  HandClock clock;
  Typing typing(clock);
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
  Typing typing(clock);

  typing.stop(kRoom, kAlice);

  CHECK(typing.serial() == 0);
}

}  // namespace
}  // namespace chancery::rooms
