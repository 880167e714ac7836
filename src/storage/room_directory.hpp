// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The room directory as stored: aliases, and which rooms are shown to everyone.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace chancery::storage {

// Makes the alias, or points it elsewhere.
struct PutAlias {
  protocol::RoomAlias alias;
  RoomNumber room;
  protocol::UserId creator;
};
struct RemoveAlias {
  protocol::RoomAlias alias;
};
struct SetRoomVisibility {
  RoomNumber room;
  enum class Shown : std::uint8_t { no, yes } shown = Shown::no;
};
struct RequireAliasAbsent {
  static constexpr std::string_view kName = "alias_absent";
  protocol::RoomAlias alias;
};

struct StoredAlias {
  protocol::RoomAlias alias;
  RoomNumber room;
  protocol::UserId creator;
};

class DirectoryStore {
 public:
  virtual ~DirectoryStore() = default;
  virtual runtime::Task<std::optional<StoredAlias>> find_alias(protocol::RoomAlias alias) = 0;
  virtual runtime::Task<std::vector<StoredAlias>> load_aliases(RoomNumber room) = 0;
  virtual runtime::Task<std::vector<RoomNumber>> load_shown_rooms() = 0;
};

}  // namespace chancery::storage
