// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/room_places.hpp"

#include <doctest/doctest.h>

namespace chancery::sync {
namespace {

storage::RoomNumber number_at(std::size_t place) {
  return {static_cast<std::uint32_t>(1'000 - 3 * place)};
}

TEST_CASE("rooms are found at their places, be they few or many") {
  RoomPlaces places;
  for (std::size_t size = 0; size < 3 * RoomPlaces::kFew; ++size) {
    CAPTURE(size);
    CHECK_FALSE(places.find(number_at(size)));
    CHECK(places.add(number_at(size)) == size);
    for (std::size_t place = 0; place <= size; ++place) {
      CHECK(places.find(number_at(place)) == place);
    }
  }
}

TEST_CASE("a room of number 0 has no place before it is given one") {
  RoomPlaces places;
  CHECK_FALSE(places.find({0}));
  CHECK(places.add({0}) == 0);
  CHECK(places.find({0}) == 0);
}

}  // namespace
}  // namespace chancery::sync
