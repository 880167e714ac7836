// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/rooms/user_rooms.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace chancery::rooms {
namespace {

UserRoom row(std::uint32_t number, Membership membership = Membership::join,
             std::uint64_t position = 1) {
  return {.room = {number},
          .id = protocol::RoomId::trusted("!" + std::to_string(number) + ":x"),
          .membership = membership,
          .event = {number},
          .position = {position}};
}

std::vector<UserRoom> rows(std::uint32_t count) {
  std::vector<UserRoom> made;
  for (std::uint32_t number = 1; number <= count; ++number) made.push_back(row(number));
  return made;
}

TEST_CASE("rooms are found by number, and gone through in its order") {
  const UserRooms rooms = UserRooms::from(rows(1'000));

  CHECK(rooms.size() == 1'000);
  CHECK(rooms.front().room == storage::RoomNumber{1});
  std::uint32_t expected = 0;
  for (const UserRoom& room : rooms) CHECK(room.room == storage::RoomNumber{++expected});
  CHECK(expected == 1'000);
  CHECK(rooms.find({700})->id.text() == "!700:x");
  CHECK(rooms.find({0}) == nullptr);
  CHECK(rooms.find({1'001}) == nullptr);
  CHECK(UserRooms().find({1}) == nullptr);
  CHECK(UserRooms().begin() == UserRooms().end());
}

TEST_CASE("whatever is put in and taken out, a list has what a map would have") {
  std::mt19937 random(7);
  UserRooms rooms;
  std::map<std::uint32_t, std::uint64_t> model;
  for (std::uint64_t step = 1; step <= 5'000; ++step) {
    const auto number = static_cast<std::uint32_t>(random() % 700);
    if (random() % 3 == 0) {
      rooms = rooms.without({number});
      model.erase(number);
    } else {
      rooms = rooms.with(row(number, Membership::join, step));
      model[number] = step;
    }
    CHECK(rooms.size() == model.size());
    if (step % 100 != 0) continue;
    auto known = model.begin();
    for (const UserRoom& room : rooms) {
      REQUIRE(known != model.end());
      CHECK(room.room == storage::RoomNumber{known->first});
      CHECK(room.position == storage::StreamPosition{known->second});
      CHECK(rooms.find(room.room) == &room);
      ++known;
    }
    CHECK(known == model.end());
  }
}

TEST_CASE("a list does not change, and another made from it shares all but a few of its rows") {
  const UserRooms before = UserRooms::from(rows(10'000));

  const UserRooms after = before.with(row(5'000, Membership::leave, 2)).without({7});

  CHECK(before.find({5'000})->membership == Membership::join);
  CHECK(before.size() == 10'000);
  CHECK(after.find({5'000})->membership == Membership::leave);
  CHECK(after.find({7}) == nullptr);
  CHECK(after.size() == 9'999);
  std::set<const UserRoom*> shared;
  for (const UserRoom& room : before) shared.insert(&room);
  std::size_t others = 0;
  for (const UserRoom& room : after) others += shared.contains(&room) ? 0 : 1;
  CHECK(others <= 2 * UserRooms::kMostOfPart);
}

TEST_CASE("current rooms are those that somebody is joined or invited to") {
  UserRooms rooms;
  for (const auto& [number, membership] :
       {std::pair(1, Membership::leave), std::pair(2, Membership::join),
        std::pair(3, Membership::ban), std::pair(4, Membership::invite),
        std::pair(5, Membership::knock)}) {
    rooms = rooms.with(row(static_cast<std::uint32_t>(number), membership));
  }
  const CurrentRooms current(std::make_shared<const UserRooms>(rooms));

  std::string numbers;
  for (const UserRoom& room : current) numbers += std::to_string(room.room.value) + " ";
  CHECK(numbers == "2 4 ");
  CHECK(current.size() == 2);
  CHECK_FALSE(current.empty());
  CHECK(current.find({4})->membership == Membership::invite);
  CHECK(current.find({3}) == nullptr);
  CHECK(current.find({9}) == nullptr);
  CHECK(CurrentRooms(std::make_shared<const UserRooms>()).empty());
}

}  // namespace
}  // namespace chancery::rooms
