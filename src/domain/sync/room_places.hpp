// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Places of rooms in a list that grows while an answer is made.
//
// Few, as they mostly are, are looked through; of many there is an index.
//
// Concurrency: as its owner.

#include "storage/positions.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <unordered_map>

namespace chancery::sync {

class RoomPlaces {
 public:
  static constexpr std::size_t kFew = 8;

  // Absent when the room has none.
  [[nodiscard]] std::optional<std::size_t> find(storage::RoomNumber room) const;
  // The one behind the last. Requires: the room has none.
  std::size_t add(storage::RoomNumber room);

 private:
  std::size_t size_ = 0;
  std::array<storage::RoomNumber, kFew> few_;                  // the first ones
  std::unordered_map<storage::RoomNumber, std::size_t> many_;  // all, once they are more
};

}  // namespace chancery::sync
