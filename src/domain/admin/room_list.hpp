// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rooms as the owners of the server see them: what each is, who is in it, its state. Never what
// was said in it.
//
// A list looks at every room, one after the other; what is not in memory is read. Rooms that were
// loaded for it make way for others as usual.
//
// Concurrency: any scheduler.
// Failure:     ApiError not_found; StorageError.

#include "domain/rooms/rooms.hpp"
#include "storage/administration.hpp"
#include "storage/room_directory.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace chancery::admin {

struct RoomFacts {
  protocol::RoomId id;
  std::string version;
  protocol::UserId creator;
  bool federatable = true;
  bool shown = false;  // in the directory
  std::optional<std::string> name;
  std::optional<std::string> topic;
  std::optional<std::string> avatar_url;
  std::optional<std::string> canonical_alias;
  std::optional<std::string> encryption;
  std::optional<std::string> join_rule;
  std::optional<std::string> guest_access;
  std::optional<std::string> history_visibility;
  std::optional<std::string> room_type;
  std::int64_t joined_members = 0;
  std::int64_t joined_local_members = 0;
  std::int64_t state_events = 0;
};

enum class RoomOrder : std::uint8_t {
  name,
  canonical_alias,
  joined_members,
  joined_local_members,
  version,
  creator,
  encryption,
  federatable,
  shown,
  join_rule,
  guest_access,
  history_visibility,
  state_events,
};

struct RoomQuery {
  // A part of the name or of the canonical alias, without regard to case, or of the room id.
  std::string search;
  std::optional<bool> shown;  // in the directory
  std::optional<bool> empty;  // nobody is joined
  RoomOrder order = RoomOrder::name;
  storage::Sorting sorting = storage::Sorting::ascending;
  storage::Page page;
};

class RoomList {
 public:
  RoomList(rooms::Rooms& rooms, storage::DirectoryStore& directory,
           storage::AdministrationStore& store, const protocol::ServerName& server)
      : rooms_(rooms), directory_(directory), store_(store), server_(server) {}

  runtime::Task<storage::PageOf<RoomFacts>> list(RoomQuery query);
  // Throws not_found.
  runtime::Task<rooms::RoomPtr> get(protocol::RoomId id);
  runtime::Task<RoomFacts> describe(protocol::RoomId id);
  // In the order of their ids.
  runtime::Task<std::vector<protocol::UserId>> load_members(protocol::RoomId id);
  runtime::Task<std::vector<rooms::CachedEventPtr>> load_state(protocol::RoomId id);
  // The rooms whose events take the most place, the largest first.
  struct Size {
    protocol::RoomId room;
    std::int64_t bytes = 0;
  };
  runtime::Task<std::vector<Size>> load_largest(std::int64_t count);

 private:
  using Shown = std::unordered_set<storage::RoomNumber>;
  runtime::Task<Shown> load_shown();
  runtime::Task<RoomFacts> look_at(rooms::RoomPtr room, const Shown& shown);

  rooms::Rooms& rooms_;
  storage::DirectoryStore& directory_;
  storage::AdministrationStore& store_;
  const protocol::ServerName& server_;
};

}  // namespace chancery::admin
