// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The room directory as stored: aliases, and which rooms are shown to everyone.

#include "protocol/identifiers.hpp"
#include "runtime/task.hpp"
#include "storage/positions.hpp"

#include <cstdint>
#include <optional>
#include <string>
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
// The directory that an application service keeps of the rooms on one of its networks.
struct SetNetworkVisibility {
  std::string service;
  std::string network;
  RoomNumber room;
  SetRoomVisibility::Shown shown = SetRoomVisibility::Shown::no;
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
  // Rooms that application services show: those on one network, or on any.
  virtual runtime::Task<std::vector<RoomNumber>> load_network_rooms(std::string service,
                                                                    std::string network) = 0;
  virtual runtime::Task<std::vector<RoomNumber>> load_all_network_rooms() = 0;
};

}  // namespace chancery::storage
