// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Positions and numbers by which storage orders and names things.

#include <compare>
#include <cstdint>
#include <functional>

namespace chancery::storage {

// The place of a change in this server's order of commitment. One sequence for everything; dense;
// given by the committer at the commit. 0: before all.
struct StreamPosition {
  std::uint64_t value = 0;
  friend auto operator<=>(const StreamPosition&, const StreamPosition&) = default;
};

// The short name of an event inside this server. Given before the commit, so gaps are allowed.
// Within a room numbers grow with positions, for one task at a time writes there; between rooms
// they are no order. 0: none.
struct EventNumber {
  std::uint64_t value = 0;
  friend auto operator<=>(const EventNumber&, const EventNumber&) = default;
};

// The short name of a room inside this server. 0: none.
struct RoomNumber {
  std::uint32_t value = 0;
  friend auto operator<=>(const RoomNumber&, const RoomNumber&) = default;
};

}  // namespace chancery::storage

template <>
struct std::hash<chancery::storage::RoomNumber> {
  std::size_t operator()(chancery::storage::RoomNumber number) const noexcept {
    return std::hash<std::uint32_t>{}(number.value);
  }
};
template <>
struct std::hash<chancery::storage::EventNumber> {
  std::size_t operator()(chancery::storage::EventNumber number) const noexcept {
    return std::hash<std::uint64_t>{}(number.value);
  }
};
