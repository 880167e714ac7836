// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Our types as columns, and back.
//
// Failure: StorageCorrupt when a column does not hold what we wrote.

#include "protocol/identifiers.hpp"
#include "storage/positions.hpp"
#include "storage/sql/database.hpp"
#include "storage/state_tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chancery::storage::sql {

inline std::int64_t column(StreamPosition position) {
  return static_cast<std::int64_t>(position.value);
}
inline std::int64_t column(EventNumber number) { return static_cast<std::int64_t>(number.value); }
inline std::int64_t column(RoomNumber number) { return number.value; }
// Valid as long as `root`.
inline Blob column(const StateRoot& root) {
  return Blob{{reinterpret_cast<const char*>(root.hash.data()), root.hash.size()}};
}

inline StreamPosition to_position(std::int64_t column) {
  return {static_cast<std::uint64_t>(column)};
}
inline EventNumber to_event_number(std::int64_t column) {
  return {static_cast<std::uint64_t>(column)};
}
inline RoomNumber to_room_number(std::int64_t column) {
  return {static_cast<std::uint32_t>(column)};
}
StateRoot to_state_root(std::string_view column);

// Event ids as one blob: each after one byte of its length.
std::string pack_event_ids(const std::vector<protocol::EventId>& ids);
std::vector<protocol::EventId> unpack_event_ids(std::string_view packed);

}  // namespace chancery::storage::sql
