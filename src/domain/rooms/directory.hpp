// Copyright 2026 The Chancery Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// The room directory: the rooms that are shown to everyone, and what is shown of them.
//
// Failure: ApiError.
// Spec:    client-server, "Listing rooms".

#include "domain/rooms/actor.hpp"
#include "domain/rooms/write_ports.hpp"
#include "runtime/wait.hpp"
#include "storage/room_directory.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace chancery::rooms {

// A room as the directory shows it, and as summaries do.
struct ShownRoom {
  protocol::RoomId id;
  std::string version;
  std::optional<std::string> name;
  std::optional<std::string> topic;
  std::optional<std::string> canonical_alias;
  std::optional<std::string> avatar_url;
  std::optional<std::string> room_type;
  std::optional<std::string> encryption;      // the algorithm
  std::vector<protocol::RoomId> allowed_ids;  // whose members may join a restricted room
  std::string join_rule;
  std::size_t joined_members = 0;
  bool world_readable = false;
  bool guest_can_join = false;
};

struct DirectoryQuery {
  std::optional<std::size_t> limit;
  std::string since;        // a batch token of ours; "" for the start
  std::string search_term;  // in names, topics and aliases, without regard to case; "" for all
  // Rooms of these types; a room without a type is named by "". Absent: all.
  std::optional<std::vector<std::string>> room_types;
  // Which directories are searched: the server's own, that of one network of an application
  // service, or all of them together.
  enum class Networks : std::uint8_t { own, one, all } networks = Networks::own;
  std::string instance = {};  // of the one network: network_instance
};

struct DirectoryPage {
  std::vector<ShownRoom> rooms;  // those with the most members first
  std::optional<std::string> next;
  std::optional<std::string> previous;
  std::size_t total = 0;
};

class Directory {
 public:
  Directory(WritePorts ports, storage::DirectoryStore& store)
      : ports_(std::move(ports)), store_(store) {}

  runtime::Task<DirectoryPage> search(DirectoryQuery query);
  // Whether `server` is the name of ours.
  [[nodiscard]] bool is_of(std::string_view server) const { return server == ports_.server.text(); }
  // M_NOT_FOUND when there is no such room.
  runtime::Task<bool> is_shown(protocol::RoomId room);
  // The same for who asks, be it nobody in particular; M_NOT_FOUND too where they may not know of
  // it.
  runtime::Task<bool> is_shown_to(std::optional<protocol::UserId> user, protocol::RoomId room);
  // By who may set the canonical alias, or by an administrator.
  enum class Shown : std::uint8_t { no, yes };
  runtime::Task<> set_shown(Actor actor, protocol::RoomId room, Shown shown);
  // The same in the directory of the application service that acts. M_FORBIDDEN to anyone else.
  runtime::Task<> set_shown_on_network(Actor actor, std::string network, protocol::RoomId room,
                                       Shown shown);

 private:
  using ShownRoomPtr = std::shared_ptr<const ShownRoom>;
  // A room as it was when `at` was the position of its newest event.
  struct Described {
    storage::StreamPosition at;
    ShownRoomPtr room;
  };
  runtime::Task<std::vector<storage::RoomNumber>> load_rooms(const DirectoryQuery& query);
  runtime::Task<std::vector<ShownRoomPtr>> describe_all(std::vector<storage::RoomNumber> numbers);
  // Null: it is not known as it is now.
  [[nodiscard]] ShownRoomPtr find_described(storage::RoomNumber number);
  runtime::Task<> commit(storage::Change change);
  void forget_others(const std::vector<storage::RoomNumber>& numbers);

  WritePorts ports_;
  storage::DirectoryStore& store_;
  runtime::Turnstile describing_;
  std::mutex mutex_;
  std::unordered_map<storage::RoomNumber, Described> described_;
};

// The name by which clients ask for one network of one application service.
[[nodiscard]] std::string network_instance(std::string_view service, std::string_view network);

// The room as it is now.
runtime::Task<ShownRoom> describe_shown(Rooms& rooms, RoomPtr room);

// True when `text` has `term`, without regard to the case of ASCII letters.
[[nodiscard]] bool contains_term(std::string_view text, std::string_view term);

}  // namespace chancery::rooms
