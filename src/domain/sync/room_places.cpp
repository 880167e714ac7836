// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#include "domain/sync/room_places.hpp"

namespace chancery::sync {

std::optional<std::size_t> RoomPlaces::find(storage::RoomNumber room) const {
  if (size_ > kFew) {
    const auto found = many_.find(room);
    return found == many_.end() ? std::nullopt : std::optional(found->second);
  }
  for (std::size_t place = 0; place < size_; ++place) {
    if (few_[place] == room) return place;
  }
  return std::nullopt;
}

std::size_t RoomPlaces::add(storage::RoomNumber room) {
  if (size_ < kFew) {
    few_[size_] = room;
  } else {
    if (size_ == kFew) {
      for (std::size_t place = 0; place < kFew; ++place) many_.emplace(few_[place], place);
    }
    many_.emplace(room, size_);
  }
  return size_++;
}

}  // namespace chancery::sync
